import { authEventDocs } from './auth/auth-event.view.js';
import { catalogEventDocs } from './catalog/catalog-event.view.js';
import { exportEventDocs } from './exports/export-event.view.js';
import { orderMessageEventDocs } from './order-messages/order-message-event.view.js';
import { orderEventDocs } from './orders/order-event.view.js';
import { paymentEventDocs } from './payments/attempts/payment-event.view.js';
import type { EventDocs } from './platform/outbox/index.js';
import { userEventDocs } from './users/user-event.view.js';
import { webhookEndpointEventDocs } from './webhook-endpoints/webhook-message.view.js';

/** Every type of event: what it means, and the class that its data is checked against where it is recorded. */
export const eventDocs: EventDocs = {
  ...orderEventDocs,
  ...orderMessageEventDocs,
  ...paymentEventDocs,
  ...catalogEventDocs,
  ...userEventDocs,
  ...authEventDocs,
  ...webhookEndpointEventDocs,
  ...exportEventDocs,
};
