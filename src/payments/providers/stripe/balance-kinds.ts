import type { Stripe } from 'stripe';
import type { SettlementKind } from '../../domain/statement-kinds.js';
import type { SettlementLine } from '../provider.js';
import { fromStripe } from './amounts.js';
import { idOf, markOf } from './notifications.js';

/** What a balance transaction is about. */
export interface BalanceMovement {
  /** Undefined for a type that Till does not know, or whose direction is not that of its type. */
  readonly kind: SettlementKind | undefined;
  readonly about: Pick<SettlementLine, 'attemptId' | 'reference' | 'isOurs'>;
  /** The amount in the shopper's currency; null if there is no shopper. */
  readonly shoppers: ReturnType<typeof fromStripe> | null;
  /** The part of a charge that is not captured, which another balance transaction reverses; in the shopper's currency. */
  readonly uncaptured: number;
}

type Directions = readonly [credit: SettlementKind | undefined, debit: SettlementKind | undefined];

const fee: Directions = ['fee_refund', 'fee'];
const payout: Directions = ['payout_reversal', 'payout'];
const topup: Directions = ['topup', 'topup_reversal'];
const reserve: Directions = ['reserve_release', 'reserve'];

/** Kinds by type, for money that comes and for money that goes (https://docs.stripe.com/reports/balance-transaction-types). */
const byType: Readonly<Record<string, Directions>> = {
  charge: ['capture', undefined],
  payment: ['capture', undefined],
  refund: [undefined, 'refund'],
  payment_refund: [undefined, 'refund'],
  refund_failure: ['refund_reversal', undefined],
  stripe_fee: fee,
  stripe_fx_fee: fee,
  tax_fee: fee,
  payout,
  payout_cancel: payout,
  payout_failure: payout,
  topup,
  topup_reversal: topup,
  reserve_transaction: reserve,
  reserved_funds: reserve,
  reserve_hold: reserve,
  reserve_release: reserve,
  payment_network_reserve_hold: reserve,
  payment_network_reserve_release: reserve,
  payout_minimum_balance_hold: reserve,
  payout_minimum_balance_release: reserve,
};
/** Kinds by reporting category, which is finer than the type `adjustment` (https://docs.stripe.com/reports/reporting-categories). */
const byCategory: Readonly<Record<string, Directions>> = {
  dispute: [undefined, 'dispute'],
  dispute_reversal: ['dispute_reversal', undefined],
  refund_failure: ['refund_reversal', undefined],
  partial_capture_reversal: [undefined, 'uncaptured_reversal'],
  /** A direct debit that failed while it was pending. One that fails after it succeeded is a dispute. */
  charge_failure: [undefined, 'uncaptured_reversal'],
  fee,
  network_cost: fee,
};

const nobody = { attemptId: null, reference: null };

/** Says what a balance transaction is, with its source expanded. */
export function classify(transaction: Stripe.BalanceTransaction): BalanceMovement {
  const { type, reporting_category: category, amount, source } = transaction;
  const [credit, debit] = byCategory[category] ?? byType[type] ?? [];
  const kind = amount > 0 ? credit : debit;
  const object = typeof source === 'object' ? source : null;
  if (object?.object === 'charge') return { kind, ...ofCharge(object, transaction) };
  if (object?.object === 'refund' || object?.object === 'dispute') return { kind, ...ofReturn(object), uncaptured: 0 };
  return { kind: needsShopper(kind) ? undefined : kind, about: nobody, shoppers: null, uncaptured: 0 };
}

/** Kinds that are about a payment: without its object, nobody knows which. */
const needsShopper = (kind: SettlementKind | undefined): boolean =>
  kind !== undefined && ['capture', 'refund', 'refund_reversal', 'dispute', 'dispute_reversal'].includes(kind);

function ofCharge(charge: Stripe.Charge, transaction: Stripe.BalanceTransaction): Omit<BalanceMovement, 'kind'> {
  const { amount, currency, payment_intent: intent, metadata } = charge;
  const captured = capturedOf(charge);
  const attemptId = markOf(metadata, 'till_capture');
  const about = { attemptId, reference: idOf(intent), isOurs: metadata['till_payment'] !== undefined };
  if (transaction.reporting_category === 'partial_capture_reversal')
    return { about, shoppers: fromStripe(amount - captured, currency), uncaptured: 0 };
  if (transaction.reporting_category === 'charge_failure')
    return { about, shoppers: fromStripe(amount, currency), uncaptured: 0 };
  const isGross = transaction.amount > 0 && captured < amount && coversAll(charge, transaction);
  return {
    about,
    shoppers: fromStripe(isGross ? amount : captured, currency),
    uncaptured: isGross ? fromStripe(amount - captured, currency).amount : 0,
  };
}

/** A direct debit has a balance transaction before the bank decides: it may still be captured in full, or have failed since. */
function capturedOf({ status, amount, amount_captured: captured }: Stripe.Charge): number {
  if (status === 'failed') return 0;
  return status === 'pending' ? amount : captured;
}

/** Whether the balance got all that was authorised, and not only what was captured. */
function coversAll(charge: Stripe.Charge, transaction: Stripe.BalanceTransaction): boolean {
  const { amount } = charge;
  const captured = capturedOf(charge);
  const taken = transaction.amount / (transaction.exchange_rate ?? 1);
  return Math.abs(taken - amount) < Math.abs(taken - captured);
}

function ofReturn(returned: Stripe.Refund | Stripe.Dispute): Omit<BalanceMovement, 'kind' | 'uncaptured'> {
  const { amount, currency, payment_intent: intent, metadata } = returned;
  const attemptId = returned.object === 'refund' ? markOf(metadata, 'till_attempt') : null;
  return {
    about: { attemptId, reference: idOf(intent), ...(attemptId && { isOurs: true }) },
    shoppers: fromStripe(amount, currency),
  };
}
