import { DomainError } from '../../shared/errors.js';
import { encodeId } from '../../shared/ids.js';
import type { Order } from './order.js';
import { changeLines, type LineQuantity, openLines, openQuantity, totalOf } from './order-lines.js';
import { isCovered } from './order-money.js';
import { transition } from './order-state.js';
import { awaitsPayment } from './reservation.js';

export class OrderPartlyShipped extends DomainError {
  readonly code = 'order_partly_shipped';
  readonly kind = 'conflict';
  constructor() {
    super(
      'A part of this order has left, so you can not cancel it yourself. Ask the shop to cancel what is left of it.',
    );
  }
}

export class NothingToCancel extends DomainError {
  readonly code = 'nothing_to_cancel';
  readonly kind = 'conflict';
}

/**
 * The pieces that a cancellation takes out of an order: those named, or all that are still to be shipped.
 * @throws InvalidTransition, NothingToCancel, OrderPartlyShipped for anybody but staff
 */
export function piecesToCancel(
  order: Order,
  wanted: readonly LineQuantity[] | undefined,
  isStaff: boolean,
): readonly LineQuantity[] {
  transition(order.status, 'cancel');
  if (hasShipped(order) && !isStaff) throw new OrderPartlyShipped();
  for (const pieces of wanted ?? []) assertOpen(order, pieces);
  return wanted ?? openLines(order.lines);
}

function assertOpen({ lines }: Order, { lineId, quantity }: LineQuantity): void {
  const [line, id] = [lines.find((one) => one.id === lineId), encodeId('lin', lineId)];
  if (!line) throw new NothingToCancel(`The order has no line ${id}.`);
  if (quantity > openQuantity(line))
    throw new NothingToCancel(`Line ${id} has ${openQuantity(line)} that can still be cancelled, not ${quantity}.`);
}

const hasShipped = ({ lines }: Order): boolean => lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0);

/** Whether cancelling these pieces leaves nothing of the order: all that is open goes, and nothing was shipped. */
export function cancelsAll(order: Order, pieces: readonly LineQuantity[]): boolean {
  const open = openLines(order.lines).reduce((sum, { quantity }) => sum + quantity, 0);
  return !hasShipped(order) && pieces.reduce((sum, { quantity }) => sum + quantity, 0) === open;
}

/** Ends an order, whose reservation ends with it. @throws InvalidTransition */
export function endOrder(order: Order, action: 'cancel' | 'expire'): Order {
  return { ...order, status: transition(order.status, action), reservedUntil: null };
}

/** An order without the pieces that were taken out of it, and by how much its total fell, in minor units. */
export interface ReducedOrder {
  readonly order: Order;
  readonly amount: number;
}

/**
 * Takes pieces out of an order that lives on: lowers its total, completes it when all the rest was shipped, confirms it when
 * the payments cover the rest.
 * @throws InvalidTransition
 */
export function reduceOrder(order: Order, pieces: readonly LineQuantity[]): ReducedOrder {
  const lines = changeLines(order.lines, pieces, (line, quantity) => ({
    ...line,
    cancelledQuantity: line.cancelledQuantity + quantity,
  }));
  const total = totalOf(lines);
  return { order: settleRest({ ...order, lines, total }), amount: order.total - total };
}

/** The status of what is left of an order. */
function settleRest(order: Order): Order {
  if (openLines(order.lines).length === 0)
    return { ...order, fulfillmentStatus: 'fulfilled', status: transition(order.status, 'complete') };
  if (!awaitsPayment(order) || !isCovered(order)) return order;
  const status = order.status === 'pending' ? transition(order.status, 'confirm') : order.status;
  return { ...order, status, reservedUntil: null };
}
