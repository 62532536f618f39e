/** What moved on an account of taxes in a period, in minor units; a debit is positive. */
export interface TaxAccount {
  /** Such as `sales:GB:S:20`. */
  readonly code: string;
  readonly currency: string;
  readonly amount: number;
}

/** Revenue and tax of one country, category and rate, in minor units. */
export interface VatLine {
  readonly country: string;
  readonly category: string;
  /** A percentage in decimal digits. */
  readonly rate: string;
  readonly currency: string;
  /**
   * Net sales of goods and their refunds at full prices, the charges and the discounts in what is left, and what is left of all of these.
   */
  readonly sales: number;
  readonly charges: number;
  readonly refunds: number;
  readonly discounts: number;
  readonly net: number;
  readonly vat: number;
}

const fields = {
  sales: 'sales',
  refunds: 'refunds',
  discounts: 'discounts',
  charges: 'charges',
  vat_payable: 'vat',
} as const;

/** Returns the lines of a VAT report, sorted. What did not move is left out. */
export function vatLines(accounts: readonly TaxAccount[]): VatLine[] {
  const byTax = Map.groupBy(accounts, ({ code, currency }) => `${currency}:${code.slice(code.indexOf(':') + 1)}`);
  return [...byTax]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, moved]) => lineOf(key, moved))
    .filter(({ sales, charges, refunds, vat }) => [sales, charges, refunds, vat].some((amount) => amount !== 0));
}

function lineOf(key: string, moved: readonly TaxAccount[]): VatLine {
  const [currency, country, category, rate] = key.split(':') as [string, string, string, string];
  const sums = { sales: 0, refunds: 0, discounts: 0, charges: 0, vat: 0 };
  for (const { code, amount } of moved) sums[fields[code.split(':', 1)[0] as keyof typeof fields]] += amount;
  const [sales, charges, vat] = [0 - sums.sales, 0 - sums.charges, 0 - sums.vat];
  const { refunds, discounts } = sums;
  const net = sales + charges - refunds - discounts;
  return { country, category, rate, currency, sales, charges, refunds, discounts, net, vat };
}
