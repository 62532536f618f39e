export { PrivacyApiModule } from './privacy.api.module.js';
export { PrivacyWorkerModule } from './privacy.worker.module.js';
