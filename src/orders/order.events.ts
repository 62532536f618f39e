import type { DomainEvent } from '../platform/outbox/index.js';
import { encodeId } from '../shared/ids.js';
import { type OrderHeader, paymentStatusOf } from './domain/order.js';
import type { LineQuantity } from './domain/order-lines.js';
import type { OrderEventData, OrderFulfilledEventData, OrderReducedEventData } from './order-event.view.js';
import type { Fulfillment } from './orders.repository.js';

/** An order changed; has the order's state after it. */
export function orderEvent(
  type: 'placed' | 'confirmed' | 'completed' | 'cancelled' | 'expired' | 'reduced' | 'unfunded',
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
      ...(order.discountGroups && { discount: order.discountGroups.reduce((sum, { discount }) => sum + discount, 0) }),
      ...(order.taxes && { tax: order.taxes.reduce((sum, { tax }) => sum + tax, 0) }),
      currency: order.currency,
      ...more,
    } satisfies OrderEventData,
  };
}

/** Pieces were cancelled; has the pieces, and by how much the total fell, in minor units. */
export function orderReduced(
  order: OrderHeader,
  { lines, amount, reason }: { lines: readonly LineQuantity[]; amount: number; reason: string | null },
): DomainEvent {
  const more = { lines: presentLines(lines), amount, reason };
  return orderEvent('reduced', order, more satisfies Omit<OrderReducedEventData, keyof OrderEventData>);
}

export function orderFulfilled(order: OrderHeader, { id, lines, carrier, trackingNumber }: Fulfillment): DomainEvent {
  const orderId = encodeId('ord', order.id);
  return {
    type: 'order.fulfilled',
    aggregate: { type: 'order', id: orderId, version: order.version },
    orderId,
    data: {
      orderId,
      fulfillmentId: encodeId('ful', id),
      lines: presentLines(lines),
      carrier,
      trackingNumber,
      fulfillmentStatus: order.fulfillmentStatus,
    } satisfies OrderFulfilledEventData,
  };
}

const presentLines = (lines: readonly LineQuantity[]) =>
  lines.map(({ lineId, quantity }) => ({ lineId: encodeId('lin', lineId), quantity }));
