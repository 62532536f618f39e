import type { Stripe } from 'stripe';
import type { SettlementLine } from '../provider.js';
import { fromStripe } from './amounts.js';
import { idOf, markOf } from './notifications.js';

interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Lists the account's balance transactions in a range; Stripe's times are whole seconds. */
export async function settlementsOf(stripe: Stripe, { from, to }: Range): Promise<SettlementLine[]> {
  const lines: SettlementLine[] = [];
  const created = { gte: Math.ceil(from.getTime() / 1000), lt: Math.ceil(to.getTime() / 1000) };
  for await (const transaction of stripe.balanceTransactions.list({ created, limit: 100, expand: ['data.source'] })) {
    lines.push(...linesOf(transaction));
  }
  return lines;
}

/** A balance transaction gives the movement and, if there is one, its fee. */
function linesOf(transaction: Stripe.BalanceTransaction): SettlementLine[] {
  const { id, fee, currency } = transaction;
  const movement = movementOf(transaction);
  if (!movement) return [];
  const settledAt = new Date(transaction.created * 1000);
  const lines: SettlementLine[] = movement.amount > 0 ? [{ id, settledAt, ...movement }] : [];
  if (fee > 0) lines.push({ ...movement, id: `${id}:fee`, settledAt, kind: 'fee', ...fromStripe(fee, currency) });
  return lines;
}

type Movement = Omit<SettlementLine, 'id' | 'settledAt'>;

/**
 * Amounts of charges, refunds and disputes are in the shopper's currency, like the payment; fees and payouts are in the account's. A
 * capture after an authorization is identified by its payment, which has only one.
 */
function movementOf({
  type,
  amount,
  currency,
  reporting_category: category,
  source,
}: Stripe.BalanceTransaction): Movement | undefined {
  const object = typeof source === 'object' ? source : null;
  if (object?.object === 'charge' && (type === 'charge' || type === 'payment')) return capture(object);
  if (object?.object === 'refund') {
    const attemptId = markOf(object.metadata, 'till_attempt');
    if (type === 'refund' || type === 'payment_refund') return { ...about(object), kind: 'refund', attemptId };
    if (category === 'refund_failure') return { ...about(object), kind: 'refund_reversal', attemptId };
  }
  if (object?.object === 'dispute') return { ...about(object), kind: amount < 0 ? 'dispute' : 'dispute_reversal' };
  const plain = { attemptId: null, reference: null, ...fromStripe(Math.abs(amount), currency) };
  if (type === 'payout') return { ...plain, kind: 'payout' };
  return category === 'fee' && amount < 0 ? { ...plain, kind: 'fee' } : undefined;
}

function capture(charge: Stripe.Charge): Movement {
  const { amount_captured: amount, currency, payment_intent: intent, metadata } = charge;
  const attemptId = markOf(metadata, 'till_capture');
  return { kind: 'capture', attemptId, reference: idOf(intent), ...fromStripe(amount, currency) };
}

function about({ amount, currency, payment_intent: intent }: Stripe.Refund | Stripe.Dispute) {
  return { attemptId: null, reference: idOf(intent), ...fromStripe(amount, currency) };
}
