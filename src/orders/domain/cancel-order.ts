import { DomainError } from '../../shared/errors.js';
import { encodeId } from '../../shared/ids.js';
import type { Order } from './order.js';
import { discountGroupsOf } from './discount-groups.js';
import { pricedPartsOf } from './order-charges.js';
import { changeLines, type LineQuantity, openLines, openQuantity, totalOf } from './order-lines.js';
import { agreedAt, isCovered } from './order-money.js';
import { transition } from './order-state.js';
import { refundedByName } from './refunded-pieces.js';
import { taxGroupsOf } from './tax-groups.js';
import { awaitsPayment } from './reservation.js';

export class OrderPartlyShipped extends DomainError {
  readonly code = 'order_partly_shipped';
  readonly kind = 'conflict';
  constructor() {
    super("A part of this order was shipped, so you can't cancel it yourself. Ask the shop to cancel the rest.");
  }
}

/** A discount may depend on the pieces: whoever ordered ten for it may not keep one. */
export class OrderDiscounted extends DomainError {
  readonly code = 'order_discounted';
  readonly kind = 'conflict';
  constructor() {
    super(
      'What this order costs depends on all of its pieces (a discount, or shipping by amount, pieces or weight), so you can only cancel it as a whole yourself. Ask the shop to cancel a part.',
    );
  }
}

export class NothingToCancel extends DomainError {
  readonly code = 'nothing_to_cancel';
  readonly kind = 'conflict';
}

/**
 * Returns the pieces that a cancellation removes: the named ones, or all open ones.
 * @throws InvalidTransition, NothingToCancel, OrderPartlyShipped and OrderDiscounted unless the caller is staff
 */
export function piecesToCancel(
  order: Order,
  wanted: readonly LineQuantity[] | undefined,
  isStaff: boolean,
): readonly LineQuantity[] {
  transition(order.status, 'cancel');
  if (hasShipped(order) && !isStaff) throw new OrderPartlyShipped();
  for (const pieces of wanted ?? []) assertOpen(order, pieces);
  if (wanted && !isStaff && order.discounted && !cancelsAll(order, wanted)) throw new OrderDiscounted();
  return wanted ?? openLines(order.lines);
}

function assertOpen({ lines }: Order, { lineId, quantity }: LineQuantity): void {
  const [line, id] = [lines.find((one) => one.id === lineId), encodeId('lin', lineId)];
  if (!line) throw new NothingToCancel(`The order has no line ${id}.`);
  if (quantity > openQuantity(line))
    throw new NothingToCancel(`Line ${id} has ${openQuantity(line)} that can still be cancelled, not ${quantity}.`);
}

const hasShipped = ({ lines }: Order): boolean => lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0);

/** Whether nothing is left of the order without these pieces: they are all open ones, and nothing was shipped. */
export function cancelsAll(order: Order, pieces: readonly LineQuantity[]): boolean {
  const open = openLines(order.lines).reduce((sum, { quantity }) => sum + quantity, 0);
  return !hasShipped(order) && pieces.reduce((sum, { quantity }) => sum + quantity, 0) === open;
}

/** Ends an order and its reservation. @throws InvalidTransition */
export function endOrder(order: Order, action: 'cancel' | 'expire'): Order {
  return { ...order, status: transition(order.status, action), reservedUntil: null, agreedAmount: null };
}

/** Returns the order as it is without these pieces. @throws InvalidTransition */
export function afterCancelling(order: Order, pieces: readonly LineQuantity[]): Order {
  return cancelsAll(order, pieces) ? endOrder(order, 'cancel') : reduceOrder(order, pieces).order;
}

/** An order without the cancelled pieces, and by how much its total fell, in minor units. */
export interface ReducedOrder {
  readonly order: Order;
  readonly amount: number;
}

/**
 * Cancels pieces of an order that continues: lowers its total, completes it if all the rest was shipped, and confirms it if the
 * payments cover the rest.
 * @throws InvalidTransition
 */
export function reduceOrder(order: Order, pieces: readonly LineQuantity[]): ReducedOrder {
  const lines = changeLines(order.lines, pieces, (line, quantity) => ({
    ...line,
    cancelledQuantity: line.cancelledQuantity + quantity,
  }));
  const parts = pricedPartsOf(lines, order);
  const total = totalOf(parts);
  const taxes = order.taxes && taxGroupsOf(parts, order.taxes);
  const discountGroups = order.discountGroups && discountGroupsOf(parts, order.discountGroups);
  const groups = { ...(taxes && { taxes }), ...(discountGroups && { discountGroups }) };
  const byName = refundedByName(parts, order.refunds);
  const agreedAmount = agreedAt(total, order, byName);
  const reduced = { ...order, lines, total, agreedAmount, ...groups };
  return { order: settleRest(reduced, byName), amount: order.total - total };
}

/** Returns the status of an order after pieces were cancelled, and what it may keep then. `byName`: what refunds by name returned of its parts. */
function settleRest(order: Order, byName: number): Order {
  if (openLines(order.lines).length === 0)
    return {
      ...order,
      // Its pieces were not sold anew: it was never paid again as a whole.
      ...(awaitsPayment(order) && byName > 0 && { agreedAmount: Math.max(0, order.total - byName) }),
      fulfillmentStatus: 'fulfilled',
      status: transition(order.status, 'complete'),
      reservedUntil: null,
    };
  if (!awaitsPayment(order) || !isCovered(order)) return order;
  const status = order.status === 'pending' ? transition(order.status, 'confirm') : order.status;
  return { ...order, status, reservedUntil: null };
}
