/** Debits and credits of one currency, as bigint because they may exceed the range of a number. */
export interface CurrencyTotals {
  readonly currency: string;
  readonly entries: number;
  readonly debits: string;
  readonly credits: string;
}

/** Adds totals by currency. Returns them sorted by currency. */
export function addedUp(parts: readonly CurrencyTotals[]): CurrencyTotals[] {
  const currencies = [...new Set(parts.map(({ currency }) => currency))].toSorted();
  return currencies.map((currency) =>
    sum(
      currency,
      parts.filter((part) => part.currency === currency),
    ),
  );
}

function sum(currency: string, parts: readonly CurrencyTotals[]): CurrencyTotals {
  const exact = (of: (part: CurrencyTotals) => string) =>
    String(parts.reduce((all, part) => all + BigInt(of(part)), 0n));
  return {
    currency,
    entries: parts.reduce((all, { entries }) => all + entries, 0),
    debits: exact(({ debits }) => debits),
    credits: exact(({ credits }) => credits),
  };
}
