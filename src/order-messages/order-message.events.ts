import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId, type OrderId, type OrderMessageId } from '../shared/ids.js';
import type { MessagePostedEventData } from './order-message-event.view.js';
import type { MessageSide } from './order-message.entity.js';

/** Somebody wrote about an order. Without the text, which stays in one place, so that it can be erased. */
export function messagePosted(id: OrderMessageId, order: OrderId, side: MessageSide): DomainEvent {
  const [messageId, orderId] = [encodeId('msg', id), encodeId('ord', order)];
  return {
    type: 'order.message_posted',
    aggregate: { type: 'order_message', id: messageId, version: 1 },
    orderId,
    data: { orderId, messageId, side } satisfies MessagePostedEventData,
  };
}
