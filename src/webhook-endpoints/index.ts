export { WebhookEndpointsApiModule } from './webhook-endpoints.api.module.js';
export { WebhookEndpointsWorkerModule } from './webhook-endpoints.worker.module.js';
