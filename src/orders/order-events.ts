import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId } from '../shared/ids.js';
import { type OrderHeader, paymentStatusOf } from './domain/order.js';
import type { Fulfillment } from './orders.repository.js';

/** What happened to an order, with its state after it. */
export function orderEvent(
  type: 'placed' | 'confirmed' | 'completed' | 'cancelled' | 'expired',
  order: OrderHeader,
  more: Readonly<Record<string, unknown>> = {},
): DomainEvent {
  const id = encodeId('ord', order.id);
  return {
    type: `order.${type}`,
    aggregate: { type: 'order', id, version: order.version },
    orderId: id,
    data: {
      orderId: id,
      number: order.number,
      customerId: encodeId('usr', order.customerId),
      status: order.status,
      paymentStatus: paymentStatusOf(order),
      fulfillmentStatus: order.fulfillmentStatus,
      total: order.total,
      currency: order.currency,
      ...more,
    },
  };
}

export function orderFulfilled(order: OrderHeader, { id, lines, carrier, trackingNumber }: Fulfillment): DomainEvent {
  const orderId = encodeId('ord', order.id);
  const shipped = lines.map(({ lineId, quantity }) => ({ lineId: encodeId('lin', lineId), quantity }));
  return {
    type: 'order.fulfilled',
    aggregate: { type: 'order', id: orderId, version: order.version },
    orderId,
    data: {
      orderId,
      fulfillmentId: encodeId('ful', id),
      lines: shipped,
      carrier,
      trackingNumber,
      fulfillmentStatus: order.fulfillmentStatus,
    },
  };
}
