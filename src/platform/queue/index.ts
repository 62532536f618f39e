export { type DeliveryJob, DeliveryQueue, DELIVERIES } from './delivery-queue.js';
export { QueueModule } from './queue.module.js';
