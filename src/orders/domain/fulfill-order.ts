import { DomainError } from '../../shared/errors.js';
import { encodeId } from '../../shared/ids.js';
import type { Order } from './order.js';
import { type LineQuantity, openLines, openQuantity, valueShipped } from './order-lines.js';
import { transition } from './order-state.js';
import { assertShippable } from './shipping-conditions.js';

export class NothingToFulfill extends DomainError {
  readonly code = 'nothing_to_fulfill';
  readonly kind = 'conflict';
}

/**
 * Ships lines of a confirmed order (all that is left when none are named): moves the lines' quantities, the
 * fulfilment axis and, when all is shipped, the status. Returns what was shipped.
 * @throws InvalidTransition, NothingToFulfill, OrderDisputed, OrderNotPaid, RefundInProgress, OrderNotCaptured
 */
export function fulfillOrder(
  order: Order,
  wanted: readonly LineQuantity[] | undefined,
  overrideDispute = false,
): readonly LineQuantity[] {
  order.status = transition(order.status, 'fulfill');
  const shipped = wanted ?? openLines(order.lines);
  for (const pieces of shipped) shipLine(order, pieces);
  assertShippable(order, valueShipped(order.lines), overrideDispute);
  order.reservedUntil = null;
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
