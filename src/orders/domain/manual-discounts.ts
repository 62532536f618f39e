import { ValidationFailed, type Violation } from '../../shared/errors.js';
import { allocate, roundedShare } from '../../shared/exact.js';
import type { UserId } from '../../shared/ids.js';
import { millionthsOf } from '../../tax/index.js';

/** Parts per million of one percent in the fourth decimal place: 100 % is 1,000,000 parts. */
const PARTS = 1_000_000;

/** What staff take off the goods of an order: a percentage in decimal digits, or an amount in minor units. */
export interface ManualDiscount {
  /** What customers see. */
  readonly name: string;
  readonly percentage?: string | undefined;
  readonly amount?: number | undefined;
  readonly reason: string;
  readonly actorId: UserId;
}

/** A manual discount and what it takes off, in minor units: in total, and of each line. */
export interface TakenDiscount {
  readonly discount: ManualDiscount;
  readonly amount: number;
  readonly allocations: readonly number[];
}

/**
 * Takes manual discounts off prices, in minor units, one after another: percentages, rounded half up, before amounts, which take at most what is
 * left. Each is spread by largest remainder. One that takes nothing is left out.
 */
export function takeManualDiscounts(prices: readonly number[], wanted: readonly ManualDiscount[]): TakenDiscount[] {
  const taken: TakenDiscount[] = [];
  let left = prices;
  const inOrder = wanted.toSorted((a, b) => Number(a.percentage === undefined) - Number(b.percentage === undefined));
  for (const discount of inOrder) {
    const whole = left.reduce((sum, price) => sum + price, 0);
    const { percentage, amount = 0 } = discount;
    const off =
      percentage === undefined ? Math.min(amount, whole) : roundedShare(whole, millionthsOf(percentage), PARTS);
    if (off === 0) continue;
    const allocations = allocate(off, left);
    taken.push({ discount, amount: off, allocations });
    left = left.map((price, index) => price - allocations[index]!);
  }
  return taken;
}

/** @throws ValidationFailed unless each discount has either a percentage or an amount */
export function assertOneBenefitEach(wanted: readonly Pick<ManualDiscount, 'percentage' | 'amount'>[]): void {
  const violations = wanted.flatMap(({ percentage, amount }, index): Violation[] => {
    if ((percentage === undefined) !== (amount === undefined)) return [];
    const message = 'must have either a percentage or an amount';
    return [{ pointer: `/discounts/${index}`, code: 'benefit', message }];
  });
  if (violations.length > 0) throw new ValidationFailed(violations);
}
