export { brokerProblem } from './broker-check.js';
export { brokerSettings } from './broker.settings.js';
export { BrokerWorkerModule } from './broker.worker.module.js';
