export { type DeliveryJob, DeliveryQueue } from './delivery-queue.js';
export { DeliveryQueues } from './delivery-queues.js';
export { QueueModule } from './queue.module.js';
