import { allocate, roundedShare } from '../../shared/exact.js';

/** EN 16931, code list UNCL5305: standard, zero, exempt, reverse charge, within the EU, export, outside the scope of VAT. */
export const taxCategories = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const;
export type TaxCategory = (typeof taxCategories)[number];

/** Whether prices include the tax. */
export const taxModes = ['inclusive', 'exclusive'] as const;
export type TaxMode = (typeof taxModes)[number];

/**
 * Where tax is rounded: once for each country, category and rate of an order, for each line, or for each piece. `given`: a tax provider
 * computed it.
 */
export const taxRoundings = ['rate', 'line', 'unit', 'given'] as const;
export type TaxRounding = (typeof taxRoundings)[number];

/** What a tax rate says about one line, as it was when the order was placed. `rate` is a percentage in decimal digits. */
export interface TaxTerm {
  readonly category: TaxCategory;
  readonly rate: string;
  /** Where the tax is due: ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly label: string;
  /** Why no tax is charged, or another one than usual; null if there is nothing to explain. */
  readonly reason: string | null;
  /** Where the rate comes from. */
  readonly source: string;
}

/** The tax of one line. Amounts are minor units: `base` is the net amount. */
export interface TaxLine extends TaxTerm {
  readonly base: number;
  readonly amount: number;
}

/** Parts per million of one percent in the fourth decimal place: 20 % is 200,000 parts. */
const PARTS = 1_000_000;

/** Returns a rate in parts per million. @throws RangeError for more than four decimal places */
export function millionthsOf(rate: string): number {
  const [, whole, decimals = ''] = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(rate) ?? [];
  if (whole === undefined) throw new RangeError(`${rate} is no percentage.`);
  return Number(whole) * 10_000 + Number(decimals.padEnd(4, '0'));
}

/**
 * Returns the tax of a sum in minor units, rounded half up: of a net sum, or contained in a gross sum (EN 16931, BR-CO-17 and its
 * equivalent for prices that include tax).
 */
export function taxOf(sum: number, rate: string, mode: TaxMode): number {
  const millionths = millionthsOf(rate);
  return roundedShare(sum, millionths, mode === 'inclusive' ? PARTS + millionths : PARTS);
}

/**
 * A line before its tax: its price in minor units, with or without tax, and what applies to it; undefined if nothing does. `quantity`
 * pieces make the price.
 */
export interface TaxableLine {
  readonly amount: number;
  readonly quantity: number;
  readonly term: TaxTerm | undefined;
}

type TaxedLine = TaxableLine & { readonly term: TaxTerm };

/** Returns the taxes of lines of one country, category and rate. */
type TaxOfLines = (lines: readonly TaxedLine[], mode: TaxMode) => number[];

/** The whole is rounded once, then spread over the lines by largest remainder, so that the lines add up to it. */
function byRate(lines: readonly TaxedLine[], mode: TaxMode): number[] {
  const amounts = lines.map(({ amount }) => amount);
  const sum = amounts.reduce((all, amount) => all + amount, 0);
  return allocate(taxOf(sum, lines[0]!.term.rate, mode), amounts);
}

const byLine: TaxOfLines = (lines, mode) => lines.map(({ amount, term }) => taxOf(amount, term.rate, mode));

/** Pieces of one line have the same tax, which is never more than their price. */
const byUnit: TaxOfLines = (lines, mode) =>
  lines.map(({ amount, quantity, term: { rate } }) => {
    const millionths = millionthsOf(rate);
    const whole = mode === 'inclusive' ? PARTS + millionths : PARTS;
    return Math.min(amount, quantity * roundedShare(amount, millionths, quantity * whole));
  });

const taxesBy: Readonly<Record<Exclude<TaxRounding, 'given'>, TaxOfLines>> = {
  rate: byRate,
  line: byLine,
  unit: byUnit,
};

/** Returns the tax of each line, rounded as the shop does. */
export function taxLines(
  lines: readonly TaxableLine[],
  mode: TaxMode,
  rounding: keyof typeof taxesBy = 'rate',
): (TaxLine | null)[] {
  const taxed: (TaxLine | null)[] = lines.map(() => null);
  const groups = Map.groupBy(
    lines.flatMap(({ term, ...line }, index) => (term ? [{ ...line, term, index }] : [])),
    ({ term }) => keyOf(term),
  );
  for (const members of groups.values()) {
    const taxes = taxesBy[rounding](members, mode);
    for (const [place, { amount, term, index }] of members.entries()) {
      const tax = taxes[place]!;
      taxed[index] = { ...term, base: mode === 'inclusive' ? amount - tax : amount, amount: tax };
    }
  }
  return taxed;
}

/** What the lines of one group have in common. */
export const keyOf = ({ country, category, rate }: Pick<TaxTerm, 'country' | 'category' | 'rate'>): string =>
  `${country}:${category}:${rate}`;
