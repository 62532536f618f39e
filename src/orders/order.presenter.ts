import { encodeId } from '../shared/ids.js';
import { type Order, paymentStatusOf } from './domain/order.js';
import { type OrderLine, remainingGross } from './domain/order-lines.js';
import { presentOrderCharges } from './order-charges.presenter.js';
import { presentOrderDiscounts } from './order-discounts.presenter.js';
import { presentOrderTaxes, presentTax } from './order-taxes.presenter.js';
import type { FulfillmentView, OrderLineView, OrderView } from './order.view.js';
import type { Fulfillment } from './orders.repository.js';

/** An order as clients see it. */
export function presentOrder(order: Order): OrderView {
  return {
    id: encodeId('ord', order.id),
    number: order.number,
    customerId: encodeId('usr', order.customerId),
    currency: order.currency,
    status: order.status,
    paymentStatus: paymentStatusOf(order),
    fulfillmentStatus: order.fulfillmentStatus,
    lines: order.lines.map(presentLine),
    ...presentOrderCharges(order),
    total: order.total,
    ...presentOrderDiscounts(order),
    ...presentOrderTaxes(order),
    reservedUntil: order.reservedUntil?.toISOString() ?? null,
    shippingAddress: order.shippingAddress,
    metadata: order.metadata,
    version: order.version,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

function presentLine(line: OrderLine): OrderLineView {
  return {
    id: encodeId('lin', line.id),
    productId: encodeId('prd', line.productId),
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    total: remainingGross(line),
    fulfilledQuantity: line.fulfilledQuantity,
    cancelledQuantity: line.cancelledQuantity,
    ...(line.discount > 0 && { discount: line.discount }),
    ...presentTax(line),
  };
}

export function presentFulfillment(fulfillment: Fulfillment): FulfillmentView {
  return {
    id: encodeId('ful', fulfillment.id),
    orderId: encodeId('ord', fulfillment.orderId),
    carrier: fulfillment.carrier,
    trackingNumber: fulfillment.trackingNumber,
    lines: fulfillment.lines.map(({ lineId, quantity }) => ({ lineId: encodeId('lin', lineId), quantity })),
    createdAt: fulfillment.createdAt.toISOString(),
  };
}
