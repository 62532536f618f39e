export { brokerProblem } from './broker-check.js';
export { BrokerWorkerModule } from './broker.worker.module.js';
