import { DomainError } from '../../shared/errors.js';
import { exponentOf } from '../../shared/money.js';
import { type ApprovalLimits, limitOf } from './approval-limits.js';
import { afterCancelling } from './cancel-order.js';
import type { Order, OrderHeader } from './order.js';
import type { LineQuantity } from './order-lines.js';
import { owed } from './order-money.js';

/** The second person is missing. */
export class ApprovalRequired extends DomainError {
  readonly code = 'approval_required';
  readonly kind = 'conflict';
}

type Returned = Readonly<Pick<OrderHeader, 'refundedAmount' | 'refundPending' | 'currency'>>;

/**
 * Whether giving an amount back needs a second person: it and what went back for the order before are more than the limit, in whole
 * units of the currency (euros, yen). All of an order counts together, so that nobody splits a large amount.
 */
export function needsApproval(
  { refundedAmount, refundPending, currency }: Returned,
  amount: number,
  limits: ApprovalLimits,
): boolean {
  const limit = limitOf(limits, currency);
  return limit !== undefined && refundedAmount + refundPending + amount > limit * 10 ** exponentOf(currency);
}

/** @throws ApprovalRequired if giving the amount back needs a second person; `how` says how to ask one */
export function assertNeedsNoApproval(order: Returned, amount: number, limits: ApprovalLimits, how: string): void {
  if (!needsApproval(order, amount, limits)) return;
  throw new ApprovalRequired(
    `What goes back for an order and comes to more than ${limitOf(limits, order.currency)} ${order.currency} needs a second person: ask with ${how}.`,
  );
}

/**
 * Returns how much captured money (or money that is being captured) a cancellation gives back, in minor units, with what the order owes already and is not on its way. A
 * void gives nothing back: the money was never taken.
 * @throws InvalidTransition
 */
export function returnedByCancelling(order: Order, pieces: readonly LineQuantity[]): number {
  const { capturedAmount, capturePending, refundedAmount, refundPending, chargedBackAmount, disputedAmount } = order;
  const gone = refundedAmount + refundPending + chargedBackAmount + disputedAmount;
  const taken = capturedAmount + capturePending - gone;
  return Math.max(0, Math.min(owed(afterCancelling(order, pieces)), taken));
}

/** @throws ApprovalRequired if a cancellation gives back more than was approved */
export function assertReturnsAtMost(order: Order, pieces: readonly LineQuantity[], approved: number): void {
  const amount = returnedByCancelling(order, pieces);
  if (amount > approved)
    throw new ApprovalRequired(`The cancellation now gives back ${amount}, and ${approved} was asked for: ask again.`);
}
