import { DomainError } from '../../shared/errors.js';
import { encodeId } from '../../shared/ids.js';
import type { Order } from './order.js';
import { type LineQuantity, openLines, openQuantity } from './order-lines.js';
import { due, held } from './order-money.js';
import { transition } from './order-state.js';

export class NothingToFulfill extends DomainError {
  readonly code = 'nothing_to_fulfill';
  readonly kind = 'conflict';
}

export class OrderNotPaid extends DomainError {
  readonly code = 'order_not_paid';
  readonly kind = 'conflict';
  constructor() {
    super(
      'Nothing is authorised or captured for this order any more, so it is not shipped. Cancel it, or have it paid.',
    );
  }
}

export class RefundInProgress extends DomainError {
  readonly code = 'refund_in_progress';
  readonly kind = 'conflict';
  constructor() {
    super(
      'Money of this order is on its way back, so it is not shipped. Wait for the outcome of the refund or the void, then try again.',
      { transient: true },
    );
  }
}

/**
 * Ships lines of a confirmed order (all that is left when none are named): moves the lines' quantities, the
 * fulfilment axis and, when all is shipped, the status. Returns what was shipped.
 * @throws InvalidTransition, OrderNotPaid, RefundInProgress, NothingToFulfill
 */
export function fulfillOrder(order: Order, wanted: readonly LineQuantity[] | undefined): readonly LineQuantity[] {
  order.status = transition(order.status, 'fulfill');
  // A refund of a part is no reason to keep the rest; when all the money has gone back or was given up, the goods stay.
  if (order.total > 0 && order.authorizedAmount <= order.refundedAmount) throw new OrderNotPaid();
  // What goes back of more than the order may keep does not concern its goods.
  if (order.voidPending + order.refundPending > Math.max(0, held(order) - due(order))) throw new RefundInProgress();
  const shipped = wanted ?? openLines(order.lines);
  for (const pieces of shipped) shipLine(order, pieces);
  if (openLines(order.lines).length === 0) {
    order.fulfillmentStatus = 'fulfilled';
    order.status = transition(order.status, 'complete');
  } else {
    order.fulfillmentStatus = 'partially_fulfilled';
  }
  return shipped;
}

function shipLine(order: Order, { lineId, quantity }: LineQuantity): void {
  const line = order.lines.find(({ id }) => id === lineId);
  if (!line) throw new NothingToFulfill(`The order has no line ${encodeId('lin', lineId)}.`);
  if (quantity > openQuantity(line)) {
    throw new NothingToFulfill(
      `Line ${encodeId('lin', lineId)} has ${openQuantity(line)} left to fulfil, not ${quantity}.`,
    );
  }
  line.fulfilledQuantity += quantity;
}
