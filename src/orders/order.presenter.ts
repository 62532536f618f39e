import { encodeId } from '../shared/ids.js';
import { type Order, paymentStatusOf } from './domain/order.js';
import type { Fulfillment } from './orders.repository.js';

/** An order as clients see it. */
export function presentOrder(order: Order) {
  return {
    id: encodeId('ord', order.id),
    number: order.number,
    customerId: encodeId('usr', order.customerId),
    currency: order.currency,
    status: order.status,
    paymentStatus: paymentStatusOf(order),
    fulfillmentStatus: order.fulfillmentStatus,
    lines: order.lines.map((line) => ({
      id: encodeId('lin', line.id),
      productId: encodeId('prd', line.productId),
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      total: line.quantity * line.unitPrice,
      fulfilledQuantity: line.fulfilledQuantity,
    })),
    total: order.total,
    reservedUntil: order.reservedUntil,
    shippingAddress: order.shippingAddress,
    metadata: order.metadata,
    version: order.version,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

export function presentFulfillment({ id, orderId, carrier, trackingNumber, lines, createdAt }: Fulfillment) {
  return {
    id: encodeId('ful', id),
    orderId: encodeId('ord', orderId),
    carrier,
    trackingNumber,
    lines: lines.map(({ lineId, quantity }) => ({ lineId: encodeId('lin', lineId), quantity })),
    createdAt,
  };
}
