import { exponentOf } from '../../shared/money.js';
import type { Payment } from './payment.js';

/**
 * Whether a refund needs a second person: it and what was refunded of its payment before are more than the limit, in whole units of the
 * currency (euros, yen). All refunds of a payment count together, so that nobody splits a large one.
 */
export function needsApproval(
  { refundedAmount, refundPending, currency }: Readonly<Pick<Payment, 'refundedAmount' | 'refundPending' | 'currency'>>,
  amount: number,
  limit: number | undefined,
): boolean {
  return limit !== undefined && refundedAmount + refundPending + amount > limit * 10 ** exponentOf(currency);
}
