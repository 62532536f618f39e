import type { Difference, EnrichedSettlementLine, SettlementComparison } from './settlement-comparison.js';
import { effectOf } from './statement-kinds.js';

/** The sum of a statement in one currency, in minor units: `statement` = `posted` + `differing`. */
export interface StatementTotal {
  readonly currency: string;
  /** What the statement says it adds up to. */
  readonly statement: number;
  /** What its lines have in the ledger. */
  readonly posted: number;
  /** What its differences have beyond the ledger. */
  readonly differing: number;
}

/** A compared statement, whose totals add up. */
export interface AddedUp {
  readonly differences: readonly Difference[];
  readonly totals: readonly StatementTotal[];
}

/** Adds amounts of the same currency. */
export function sumByCurrency(amounts: readonly { readonly currency: string; readonly amount: number }[]) {
  const sums = new Map<string, number>();
  for (const { currency, amount } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return sums;
}

/** Returns what lines add to the provider's debt to us, by currency. */
export const effectsOf = (lines: readonly Pick<EnrichedSettlementLine, 'kind' | 'amount' | 'currency'>[]) =>
  sumByCurrency(lines.map((line) => ({ currency: line.currency, amount: effectOf(line) })));

/**
 * Holds what the statement says of its own sum against postings and differences. What neither explains becomes a difference of its own, so
 * that no money is left out.
 */
export function addUp(
  totals: ReadonlyMap<string, number>,
  { differences, posted }: SettlementComparison,
  settledAt: Date,
): AddedUp {
  const lines = sumByCurrency(
    differences.map(({ line, effect }) => ({ currency: line?.currency ?? '', amount: effect })),
  );
  const found: Difference[] = [...differences];
  const added: StatementTotal[] = [];
  for (const currency of [...new Set([...totals.keys(), ...posted.keys(), ...lines.keys()])].toSorted()) {
    if (currency === '') continue;
    const [statement, inLedger] = [totals.get(currency) ?? 0, posted.get(currency) ?? 0];
    const rest = statement - inLedger - (lines.get(currency) ?? 0);
    if (rest !== 0) found.push(differenceOfTotal(currency, rest, settledAt));
    added.push({ currency, statement, posted: inLedger, differing: statement - inLedger });
  }
  return { differences: found, totals: added };
}

function differenceOfTotal(currency: string, rest: number, settledAt: Date): Difference {
  const kind = rest > 0 ? 'other_credit' : 'other_debit';
  const about = {
    attemptId: null,
    referenceId: null,
    lineReference: null,
    orderId: null,
    isForeign: false,
    reference: null,
  };
  const line = {
    id: `total:${currency}`,
    kind,
    type: 'total',
    ...about,
    amount: Math.abs(rest),
    currency,
    settledAt,
  } as const;
  return { reason: 'total_differs', key: line.id, kind, line, entry: null, effect: rest };
}
