export { Deliveries, type Effect } from './deliveries.js';
export { counted } from './delivery-counters.js';
export { DeliveryExpiry } from './delivery-expiry.js';
export { DeliveryModule } from './delivery.module.js';
export { FinalFailure } from './final-failure.js';
export { IS_DEAD } from './is-dead.js';
export { MissedDeliveries, type MissedEvent } from './missed-deliveries.js';
export { Postponed } from './postponed.js';
export { Subscriptions } from './subscriptions.js';
