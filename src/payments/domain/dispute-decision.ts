import type { DisputeId, PaymentId } from '../../shared/ids.js';
import { isAmount } from '../../shared/money.js';
import { capturable, type Payment, refundable } from './payment.js';

/** The types of notifications about a dispute: a shopper asked their bank for the money back, and the bank decided. */
export type DisputeNotificationType = 'dispute_opened' | 'dispute_won' | 'dispute_lost';
export const disputeStatuses = ['open', 'won', 'lost'] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];

/** A dispute about captured money of a payment. Amounts are in minor units of the payment's currency. */
export interface Dispute {
  readonly id: DisputeId;
  readonly paymentId: PaymentId;
  readonly provider: string;
  /** The provider's name for the dispute. */
  readonly reference: string;
  readonly amount: number;
  /**
   * The part that the payment still held when the dispute was opened; null for all. A bank may ask for more: for money that was
   * refunded before, or because of exchange rates.
   */
  readonly coveredAmount: number | null;
  /** The same for the last time that it was lost after it had been won; null if it never was. */
  readonly coveredAgain: number | null;
  readonly currency: string;
  readonly status: DisputeStatus;
  /** How many times it was won and lost: an appeal may turn each decision around. */
  readonly wins: number;
  readonly losses: number;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  /** The latest time for which the provider reported the decision again; null for the time of the decision. */
  readonly reportedAt: Date | null;
}

/** The version of a dispute, which grows with each step. */
export function versionOf({ status, wins }: Pick<Dispute, 'status' | 'wins'>): number {
  return status === 'open' ? 1 : 2 * wins + (status === 'lost' ? 2 : 1);
}

/** The content of a notification about a dispute. */
export interface DisputeNotificationContent {
  readonly type: DisputeNotificationType;
  readonly dispute?: string;
  readonly amount: number;
  readonly currency: string;
  readonly occurredAt: Date;
}

/** Returns the money of its payment that a dispute withholds or has lost, in minor units. */
export const covered = (dispute: Pick<Dispute, 'amount' | 'coveredAmount' | 'coveredAgain'>): number =>
  dispute.coveredAgain ?? dispute.coveredAmount ?? dispute.amount;

/** What to do about a notification of a dispute. `why` completes "it was not applied: ...". */
export type DisputeDecision =
  | { readonly do: 'open'; readonly coveredAmount: number | null }
  | { readonly do: 'close'; readonly status: 'won' | 'lost' }
  /** It was won before; the payment holds `coveredAmount` of it. */
  | { readonly do: 'lose_again'; readonly coveredAmount: number }
  /** The decision is known, and still stands at a later time. A report from before that time is outdated. */
  | { readonly do: 'confirm'; readonly why: string }
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
  if (dispute) return type === 'dispute_opened' ? openedBefore : decideEnd(payment, lost, dispute, content);
  return type === 'dispute_opened'
    ? decideOpening(payment, lost, amount)
    : { do: 'wait', why: 'the dispute is not known yet' };
}

const openedBefore: DisputeDecision = { do: 'ignore', why: 'the dispute was opened before' };

function decideOpening(payment: Payment, lost: number, amount: number): DisputeDecision {
  const left = refundable(payment);
  if (amount <= left) return { do: 'open', coveredAmount: null };
  if (mayHold(payment, lost, amount)) return { do: 'wait', why: `the payment does not hold ${amount} yet` };
  return { do: 'open', coveredAmount: left };
}

/** Whether operations that are not decided, or not known, may leave more money in the payment. */
function mayHold(payment: Payment, lost: number, amount: number): boolean {
  const { status, capturedAmount, capturePending, refundPending, voidedAmount, refundedAmount } = payment;
  const isUnderWay = status === 'processing' || status === 'requires_action' || capturePending + refundPending > 0;
  const isOpen = capturable(payment) > 0 || capturedAmount === 0;
  return isUnderWay || (isOpen && amount <= payment.amount - voidedAmount - refundedAmount - lost);
}

/** An appeal may turn a decision around, and another one turn it back; notifications arrive in any order. */
function decideEnd(
  payment: Payment,
  lost: number,
  dispute: Dispute,
  content: DisputeNotificationContent,
): DisputeDecision {
  const { type, amount, occurredAt } = content;
  if (amount !== dispute.amount)
    return { do: 'quarantine', why: `it says ${amount}, the dispute is about ${dispute.amount}` };
  const status = type === 'dispute_won' ? 'won' : 'lost';
  if (dispute.status === 'open') return { do: 'close', status };
  const known = dispute.reportedAt ?? dispute.closedAt!;
  if (dispute.status === status)
    return { do: occurredAt > known ? 'confirm' : 'ignore', why: `the dispute was ${status} before` };
  const isOlder = occurredAt < known || (status === 'lost' && occurredAt <= known);
  if (isOlder) return { do: 'ignore', why: `the dispute was ${dispute.status} since` };
  if (status === 'won') return { do: 'close', status };
  const taken = decideOpening(payment, lost, amount);
  return taken.do === 'open' ? { do: 'lose_again', coveredAmount: taken.coveredAmount ?? amount } : taken;
}
