/**
 * Returns `amount * numerator / denominator`, rounded half up. All are whole numbers of zero or more, the denominator at least 1. The
 * product may exceed the safe integers; the result must not.
 */
export function roundedShare(amount: number, numerator: number, denominator: number): number {
  const doubled = 2 * amount * numerator;
  if (Number.isSafeInteger(doubled + denominator)) return Math.floor((doubled + denominator) / (2 * denominator));
  const [a, n, d] = [BigInt(amount), BigInt(numerator), BigInt(denominator)];
  return Number((2n * a * n + d) / (2n * d));
}

/**
 * Splits an amount in proportion to weights by largest remainder (Hamilton): the parts sum to the amount, and none differs by a
 * whole unit from its exact share. Earlier parts win ties. All are whole numbers of zero or more; without any weight, all parts are
 * zero and so must be the amount.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (whole === 0n) {
    if (amount === 0) return weights.map(() => 0);
    throw new RangeError(`There is nothing to split ${amount} minor units over.`);
  }
  const shares = weights.map((weight) => BigInt(amount) * BigInt(weight));
  const parts = shares.map((share) => Number(share / whole));
  const left = amount - parts.reduce((sum, part) => sum + part, 0);
  const remainders = shares.map((share, index) => ({ index, remainder: share % whole }));
  // Array sorting is stable, so equal remainders stay in order.
  const largest = remainders.toSorted((a, b) => (a.remainder < b.remainder ? 1 : a.remainder > b.remainder ? -1 : 0));
  for (const { index } of largest.slice(0, left)) parts[index]! += 1;
  return parts;
}
