import type { DisputeId, PaymentId } from '../../shared/ids.js';
import { isAmount } from '../../shared/money.js';
import { type Payment, refundable } from './payment.js';

/** The types of notifications about a dispute: a shopper asked their bank for the money back, and the bank decided. */
export type DisputeNotificationType = 'dispute_opened' | 'dispute_won' | 'dispute_lost';
export const disputeStatuses = ['open', 'won', 'lost'] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];

/** A dispute about captured money of a payment. `amount` is in minor units of the payment's currency. */
export interface Dispute {
  readonly id: DisputeId;
  readonly paymentId: PaymentId;
  readonly provider: string;
  /** The provider's name for the dispute. */
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: DisputeStatus;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** The content of a notification about a dispute. */
export interface DisputeNotificationContent {
  readonly type: DisputeNotificationType;
  readonly dispute?: string;
  readonly amount: number;
  readonly currency: string;
}

/** What to do about a notification of a dispute. `why` completes "it was not applied: ...". */
export type DisputeDecision =
  | { readonly do: 'open' }
  | { readonly do: 'close'; readonly status: 'won' | 'lost' }
  | { readonly do: 'wait' | 'quarantine' | 'ignore'; readonly why: string };

/**
 * Decides on a notification by what the payment holds and by the dispute that it names, if Till knows it. `lost` is what disputes of
 * the payment have lost, in minor units; money in open disputes may still be won.
 */
export function decideDispute(
  payment: Payment,
  lost: number,
  dispute: Dispute | undefined,
  content: DisputeNotificationContent,
): DisputeDecision {
  const { type, amount, currency } = content;
  if (content.dispute === undefined) return { do: 'quarantine', why: 'it does not say which dispute it is about' };
  if (currency !== payment.currency)
    return { do: 'quarantine', why: `it is in ${currency}, the payment in ${payment.currency}` };
  if (!isAmount(amount) || amount === 0) return { do: 'quarantine', why: `${amount} is no amount` };
  if (dispute && dispute.paymentId !== payment.id)
    return { do: 'quarantine', why: 'the dispute is about another payment' };
  if (dispute) return type === 'dispute_opened' ? openedBefore : decideEnd(dispute, content);
  // An amount that is too large for the opening stays too large, so the end of the dispute need not wait for it.
  if (amount > payment.amount - payment.voidedAmount - payment.refundedAmount - lost)
    return { do: 'quarantine', why: `${amount} is more than the payment can hold` };
  return type === 'dispute_opened'
    ? decideOpening(payment, amount)
    : { do: 'wait', why: 'the dispute is not known yet' };
}

const openedBefore: DisputeDecision = { do: 'ignore', why: 'the dispute was opened before' };

function decideOpening(payment: Payment, amount: number): DisputeDecision {
  if (amount > refundable(payment)) return { do: 'wait', why: `the payment does not hold ${amount} yet` };
  return { do: 'open' };
}

function decideEnd(dispute: Dispute, { type, amount }: DisputeNotificationContent): DisputeDecision {
  if (amount !== dispute.amount)
    return { do: 'quarantine', why: `it says ${amount}, the dispute is about ${dispute.amount}` };
  const status = type === 'dispute_won' ? 'won' : 'lost';
  if (dispute.status === 'open') return { do: 'close', status };
  if (dispute.status === status) return { do: 'ignore', why: `the dispute was ${status} before` };
  return { do: 'quarantine', why: `the dispute was ${dispute.status} before` };
}
