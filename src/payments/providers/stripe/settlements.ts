import type { Stripe } from 'stripe';
import { effectOf, type SettlementKind } from '../../domain/statement-kinds.js';
import { sumByCurrency } from '../../domain/statement-sum.js';
import type { SettlementLine, Statement } from '../provider.js';
import { fromStripe } from './amounts.js';
import { classify } from './balance-kinds.js';

interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** Lists the account's balance transactions in a range; Stripe's times are whole seconds. The totals are the sums of their `net`. */
export async function settlementsOf(stripe: Stripe, { from, to }: Range): Promise<Statement> {
  const lines: SettlementLine[] = [];
  const nets: { amount: number; currency: string }[] = [];
  const created = { gte: Math.ceil(from.getTime() / 1000), lt: Math.ceil(to.getTime() / 1000) };
  for await (const transaction of stripe.balanceTransactions.list({ created, limit: 100, expand: ['data.source'] })) {
    lines.push(...linesOf(transaction));
    nets.push(fromStripe(transaction.net, transaction.currency));
  }
  return { lines, totals: sumByCurrency(nets) };
}

/** The id, kind and amount of a line; the rest is the same for all lines of a balance transaction. */
type Part = Pick<SettlementLine, 'id' | 'kind' | 'amount' | 'currency'>;

/**
 * Returns the lines of a balance transaction (https://docs.stripe.com/reports/balance-transaction-types): its movement, a conversion if the
 * movement is in another currency than the balance, and its fee. Whatever these leave of `net` becomes a line that nobody knows, so
 * that the lines always add up to it.
 */
export function linesOf(transaction: Stripe.BalanceTransaction): SettlementLine[] {
  const { id, type, created } = transaction;
  const rate = rateOf(transaction);
  const { kind, about, shoppers, uncaptured } = classify(transaction);
  const gross = fromStripe(transaction.amount, transaction.currency);
  const fee = fromStripe(transaction.fee, transaction.currency);
  const parts = [
    ...(kind ? movementOf(id, kind, gross, shoppers, uncaptured) : []),
    partOf(`${id}:fee`, fee.amount > 0 ? 'fee' : 'fee_refund', fee),
  ];
  const common = { ...about, type, settledAt: new Date(created * 1000) };
  return [...parts, restOf(transaction, parts, kind ? `${id}:rest` : id)]
    .filter(({ amount }) => amount > 0)
    .map((part) => ({ ...common, ...part, ...(rate !== null && isLeg(part) && { rate }) }));
}

/** What one unit that leaves is worth. Stripe says what one unit of the shopper's currency is worth, whichever way the money goes. */
function rateOf({ amount, exchange_rate: rate }: Stripe.BalanceTransaction): number | null {
  return rate !== null && amount < 0 ? Number((1 / rate).toPrecision(12)) : rate;
}

const isLeg = ({ kind }: Part) => kind === 'conversion_out' || kind === 'conversion_in';
const partOf = (id: string, kind: SettlementKind, { amount, currency }: Pick<Part, 'amount' | 'currency'>): Part => ({
  id,
  kind,
  amount: Math.abs(amount),
  currency,
});

type Amount = ReturnType<typeof fromStripe>;

/** A movement as the balance has it, or in the shopper's currency and converted. */
function movementOf(
  id: string,
  kind: SettlementKind,
  gross: Amount,
  shoppers: Amount | null,
  uncaptured: number,
): Part[] {
  const own = shoppers && shoppers.currency !== gross.currency ? shoppers : gross;
  const parts = [
    partOf(id, kind, { ...own, amount: Math.abs(own.amount) - uncaptured }),
    partOf(`${id}:uncaptured`, 'uncaptured', { ...own, amount: uncaptured }),
  ];
  if (own === gross) return parts;
  // What is less than a unit of the balance's currency has no sign there.
  const leaves = gross.amount === 0 ? effectOf({ kind, amount: 1 }) < 0 : gross.amount < 0;
  const [from, to] = leaves ? [gross, own] : [own, gross];
  return [...parts, partOf(`${id}:out`, 'conversion_out', from), partOf(`${id}:in`, 'conversion_in', to)];
}

/** What the lines of a balance transaction leave of its `net`. */
function restOf({ net, currency }: Stripe.BalanceTransaction, parts: readonly Part[], id: string): Part {
  const all = fromStripe(net, currency);
  const known = sumByCurrency(parts.map((part) => ({ currency: part.currency, amount: effectOf(part) })));
  const left = { ...all, amount: all.amount - (known.get(all.currency) ?? 0) };
  return partOf(id, left.amount > 0 ? 'other_credit' : 'other_debit', left);
}
