import { DomainError } from '../../shared/errors.js';
import { encodeId, type LineId } from '../../shared/ids.js';
import type { Order } from './order.js';
import { chargePart } from './order-charges.js';
import { changeLines, type LineQuantity, openLines, openQuantity, type OrderLine, totalOf } from './order-lines.js';
import { rebate } from './order-money.js';
import { transition } from './order-state.js';
import { refundedByName } from './refunded-pieces.js';
import { assertShippable } from './shipping-conditions.js';

export class NothingToFulfill extends DomainError {
  readonly code = 'nothing_to_fulfill';
  readonly kind = 'conflict';
}

/** An order after a shipment, and the shipped pieces. */
export interface ShippedOrder {
  readonly order: Order;
  readonly shipped: readonly LineQuantity[];
}

/**
 * Ships lines of a confirmed order (all open pieces if none are named): changes the quantities of the lines, the fulfilment status
 * and, if everything is shipped, the status. The charges must be paid with the first shipment, but for those that were refunded.
 * @throws InvalidTransition, NothingToFulfill, OrderDisputed, OrderNotPaid, RefundInProgress, OrderNotCaptured
 */
export function fulfillOrder(
  order: Order,
  wanted: readonly LineQuantity[] | undefined,
  overrideDispute = false,
): ShippedOrder {
  const status = transition(order.status, 'fulfill');
  const shipped = wanted ?? openLines(order.lines);
  for (const { lineId } of shipped) assertHasLine(order, lineId);
  const lines = changeLines(order.lines, shipped, shipLine);
  assertShippable({ ...order, status }, toBePaid({ ...order, lines }), overrideDispute);
  const isAll = openLines(lines).length === 0;
  // The rest of an order that lost all its money is kept no longer because a part is shipped in spite of that.
  if (!isAll) return { order: { ...order, lines, status, fulfillmentStatus: 'partially_fulfilled' }, shipped };
  const completed = {
    status: transition(status, 'complete'),
    fulfillmentStatus: 'fulfilled',
    reservedUntil: null,
  } as const;
  return { order: { ...order, lines, ...completed }, shipped };
}

/**
 * Returns what must be paid for the shipped pieces and the charges, in minor units. What a refund returned of them need not be, unless the order lost
 * all its money later and was paid again as a whole.
 */
function toBePaid(order: Order): number {
  const { lines, charges, refunds } = order;
  const shipped = lines.map((line) => ({ ...line, cancelledQuantity: line.quantity - line.fulfilledQuantity }));
  const parts = [...shipped, ...(charges ?? []).map(chargePart)];
  return totalOf(parts) - Math.min(refundedByName(parts, refunds), rebate(order));
}

function assertHasLine({ lines }: Order, lineId: LineId): void {
  if (!lines.some(({ id }) => id === lineId))
    throw new NothingToFulfill(`The order has no line ${encodeId('lin', lineId)}.`);
}

function shipLine(line: OrderLine, quantity: number): OrderLine {
  const left = openQuantity(line);
  if (quantity > left)
    throw new NothingToFulfill(`Line ${encodeId('lin', line.id)} has ${left} left to fulfil, not ${quantity}.`);
  return { ...line, fulfilledQuantity: line.fulfilledQuantity + quantity };
}
