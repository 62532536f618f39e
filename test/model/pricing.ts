/** What an order has beside its goods. Amounts are minor units. */
export interface Extras {
  /** Taken off the goods: per cent, or an amount. */
  readonly discount: { readonly percent: number } | { readonly amount: number } | null;
  readonly charges: readonly number[];
  /** Whether it goes where taxes come on top of prices. */
  readonly abroad: boolean;
}

/** Goods with their price for one piece, and their tax abroad in thousandths; undefined if they have none. */
export interface Goods {
  readonly price: number;
  readonly quantity: number;
  readonly taxClass: string | undefined;
}

/** What each line and each charge costs, with taxes and less discounts. */
export interface Priced {
  readonly lines: readonly number[];
  readonly charges: readonly number[];
}

/** Thousandths. The home country's prices include their taxes. */
export const ABROAD: Readonly<Record<string, number>> = { standard: 81, reduced: 26 };

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** The nearest whole number to a fraction; halves go up. */
export function nearest(numerator: bigint, denominator: bigint): number {
  const [whole, rest] = [numerator / denominator, numerator % denominator];
  return Number(rest * 2n < denominator ? whole : whole + 1n);
}

/** `count` of `of` pieces of an amount. */
export const share = (amount: number, count: number, of: number): number =>
  nearest(BigInt(amount) * BigInt(count), BigInt(of));

/** Gives units away one by one, each to whoever is furthest behind an exact share; the first of equals. */
export function spread(amount: number, weights: readonly number[]): number[] {
  const whole = BigInt(sum(weights));
  if (whole === 0n) return weights.map(() => 0);
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / whole));
  while (sum(parts) < amount) {
    const behind = weights.map((weight, n) => BigInt(amount) * BigInt(weight) - BigInt(parts[n]!) * whole);
    const most = behind.reduce((a, b) => (b > a ? b : a));
    parts[behind.indexOf(most)]! += 1;
  }
  return parts;
}

/** What an order costs, part by part. */
export function priced(goods: readonly Goods[], { discount, charges, abroad }: Extras): Priced {
  const prices = goods.map(({ price, quantity }) => price * quantity);
  const off = spread(discountOf(sum(prices), discount), prices);
  const lines = prices.map((price, n) => ({ net: price - off[n]!, taxClass: goods[n]!.taxClass }));
  const parts = charges.flatMap((amount) => chargesOf(amount, goods, prices));
  const all = [...lines, ...parts];
  const taxes = abroad ? taxesOn(all) : all.map(() => 0);
  const gross = all.map(({ net }, n) => net + taxes[n]!);
  return { lines: gross.slice(0, lines.length), charges: gross.slice(lines.length) };
}

function discountOf(price: number, discount: Extras['discount']): number {
  if (!discount) return 0;
  return 'percent' in discount ? share(price, discount.percent, 100) : Math.min(price, discount.amount);
}

/** A charge is taxed as the goods: one part for each tax, in the order in which the goods have them. */
function chargesOf(amount: number, goods: readonly Goods[], prices: readonly number[]) {
  const classes = [...new Set(goods.map(({ taxClass }) => taxClass))];
  const weights = classes.map((one) => sum(prices.filter((_, n) => goods[n]!.taxClass === one)));
  const parts = spread(amount, weights).map((net, n) => ({ net, taxClass: classes[n] }));
  return amount === 0 ? parts.slice(0, 1) : parts.filter(({ net }) => net > 0);
}

/** The tax on top of each part: that of all with one rate is rounded once. */
function taxesOn(parts: readonly { net: number; taxClass: string | undefined }[]): number[] {
  const taxes = parts.map(() => 0);
  for (const [taxClass, thousandths] of Object.entries(ABROAD)) {
    const own = parts.flatMap((part, n) => (part.taxClass === taxClass ? [n] : []));
    const nets = own.map((n) => parts[n]!.net);
    const tax = nearest(BigInt(sum(nets)) * BigInt(thousandths), 1000n);
    for (const [place, amount] of spread(tax, nets).entries()) taxes[own[place]!] = amount;
  }
  return taxes;
}
