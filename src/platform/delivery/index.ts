export { Deliveries, type Effect } from './deliveries.js';
export { DeliveryExpiry } from './delivery-expiry.js';
export { DeliveryModule } from './delivery.module.js';
export { Subscriptions } from './subscriptions.js';
