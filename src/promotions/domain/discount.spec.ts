import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount, percent } from '../../../test/support/promotions.js';
import type { PromotionId } from '../../shared/ids.js';
import { bestDiscounts, combinations, discountsOf } from './discount.js';
import type { Promotion } from './promotion.js';

const withCoupons = { combinesWith: ['coupon'] } as const;
const allow = (a: Promotion, b: Promotion) => a.combinesWith.includes(b.code === null ? 'promotion' : 'coupon');
const off = (discounts: ReturnType<typeof discountsOf>) => discounts.reduce((sum, each) => sum + each.amount, 0);
/** A line for each price, in minor units. */
const at = (...prices: readonly number[]) => prices.map((price) => ({ price, quantity: 1, sku: 'MUG' }));
const taken = (discounts: ReturnType<typeof discountsOf>) =>
  discounts.map(({ promotion: { id }, amount: less, allocations }) => [Number(id), less, ...allocations]);

describe('Discounts', () => {
  it('take percentages before amounts, each of what is left, and spread them by largest remainder', () => {
    // 10 % of 9.99 is 0.999, half up; then 5.00 of the 8.99 that are left.
    expect(taken(discountsOf(at(333, 333, 333), [amount(1, 500), percent(2, '10')]))).toEqual([
      [2, 100, 34, 33, 33],
      [1, 500, 166, 167, 167],
    ]);
  });

  it('take no more than there is, and nothing of nothing', () => {
    expect(taken(discountsOf(at(300, 0), [amount(1, 500)]))).toEqual([[1, 300, 300, 0]]);
    expect(discountsOf(at(0, 0), [amount(1, 500), percent(2, '100')])).toEqual([]);
    expect(discountsOf(at(4), [percent(1, '10')])).toEqual([]);
  });

  it('of thirty promotions that all fit are chosen at once', () => {
    const all = Array.from({ length: 30 }, (_, n) =>
      percent(n, '1', { code: n < 25 ? null : `CODE${n}`, combinesWith: ['coupon', 'promotion'] }),
    );
    expect(combinations(all)).toEqual([all]);
    const alone = all.map((each) => ({ ...each, combinesWith: [] }));
    expect(combinations(alone)).toEqual(alone.map((each) => [each]));
    expect(bestDiscounts(at(10_000), all)).toHaveLength(30);
  });

  it('are rounded half up', () => {
    expect(taken(discountsOf(at(5), [percent(1, '10')]))).toEqual([[1, 1, 1]]);
    expect(taken(discountsOf(at(9890), [percent(1, '0.0051')]))).toEqual([[1, 1, 1]]);
  });
});

describe('A promotion for some lines', () => {
  const lines = [
    { price: 1000, quantity: 1, sku: 'Mug-1' },
    { price: 500, quantity: 2, sku: 'Cup-1', alike: new Set(['00000002' as PromotionId]) },
  ];

  it('takes nothing off others, and comes before those for all', () => {
    const mugs = percent(3, '10', { conditions: { skus: ['MUG-1'] } });
    expect(taken(discountsOf(lines, [percent(1, '50'), mugs]))).toEqual([
      [3, 100, 100, 0],
      [1, 700, 450, 250],
    ]);
    const red = amount(2, 900, { conditions: { attributes: { color: 'red' } } });
    expect(taken(discountsOf(lines, [red]))).toEqual([[2, 500, 0, 500]]);
  });
});

describe('The best discounts', () => {
  it('are those that take the most off, and of equal ones the older', () => {
    expect(taken(bestDiscounts(at(1000), [percent(1, '10'), amount(2, 150), amount(3, 150)]))).toEqual([[2, 150, 150]]);
  });

  it('are combined where each allows the other', () => {
    const both = [percent(1, '10', withCoupons), amount(2, 50, withCoupons), amount(3, 120)];
    expect(taken(bestDiscounts(at(1000), both))).toEqual([
      [1, 100, 100],
      [2, 50, 50],
    ]);
    expect(taken(bestDiscounts(at(1000), [percent(1, '10', withCoupons), amount(2, 50), amount(3, 120)]))).toEqual([
      [3, 120, 120],
    ]);
    const automatic = amount(2, 50, { code: null, combinesWith: ['coupon'] });
    expect(taken(bestDiscounts(at(1000), [percent(1, '10', { combinesWith: ['promotion'] }), automatic]))).toHaveLength(
      2,
    );
    expect(taken(bestDiscounts(at(1000), [percent(1, '10', withCoupons), automatic]))).toHaveLength(1);
  });

  it('are found among all groups of promotions that allow each other', () => {
    const random = fc.array(
      fc.record({
        isCoupon: fc.boolean(),
        combinesWith: fc.subarray(['coupon', 'promotion'] as const),
        percentage: fc.constantFrom('5', '12.5', '33.3333', undefined),
        less: fc.integer({ min: 1, max: 600 }),
      }),
      { maxLength: 6 },
    );
    const run = fc.property(random, fc.array(fc.nat(900), { minLength: 1, maxLength: 4 }), (given, prices) => {
      const all = given.map(({ isCoupon, combinesWith, percentage, less }, index) => {
        const more = { code: isCoupon ? `C${index}` : null, combinesWith };
        return percentage === undefined ? amount(index, less, more) : percent(index, percentage, more);
      });
      const subsets = Array.from({ length: 2 ** all.length }, (_, bits) =>
        all.filter((_each, index) => bits & (1 << index)),
      );
      const allowed = subsets.filter((some) => some.every((a) => some.every((b) => a === b || allow(a, b))));
      const most = Math.max(...allowed.map((some) => off(discountsOf(at(...prices), some))));
      // One more percentage may round each other one down by a unit.
      if (most - off(bestDiscounts(at(...prices), all)) > all.length) throw new Error(`${most} is more`);
      for (const some of combinations(all))
        if (!allowed.some((one) => one.length === some.length && one.every((each) => some.includes(each))))
          throw new Error('a group is not allowed');
    });
    expect(() => fc.assert(run, { numRuns: 2000 })).not.toThrow();
  });
});

/** Amounts as fractions of bigints, which share no code with the rules. */
describe('100,000 random discounts', () => {
  it('agree with independent arithmetic', () => {
    const promotions = fc.array(
      fc.oneof(
        fc.constantFrom('0.0001', '2.5', '8.875', '10', '33.3333', '50', '99.9999', '100'),
        fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9_999_999_999 })),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const prices = fc.oneof(
      { weight: 9, arbitrary: fc.array(fc.oneof(fc.nat(50), fc.nat(9_999_999_999)), { minLength: 1, maxLength: 6 }) },
      { weight: 1, arbitrary: fc.array(fc.nat(100_000), { minLength: 1, maxLength: 100 }) },
    );
    const run = fc.property(prices, promotions, (lines, given) => {
      const all = given.map((each, n) => (typeof each === 'string' ? percent(n, each) : amount(n, each)));
      check(lines, all, discountsOf(at(...lines), all));
    });
    expect(() => fc.assert(run, { numRuns: 100_000 })).not.toThrow();
  }, 120_000);
});

function check(
  lines: readonly number[],
  promotions: readonly Promotion[],
  found: ReturnType<typeof discountsOf>,
): void {
  const left = lines.map(BigInt);
  const discounts = [...found];
  const inOrder = [
    ...promotions.filter(({ percentage }) => percentage !== null),
    ...promotions.filter(({ percentage }) => percentage === null),
  ];
  for (const { id, percentage, amount: less } of inOrder) {
    const whole = left.reduce((sum, each) => sum + each, 0n);
    const [percents, decimals = ''] = (percentage ?? '').split('.');
    const share = BigInt(`${percents}${decimals.padEnd(4, '0')}`) * whole;
    const fixed = less === null ? 0n : BigInt(less) < whole ? BigInt(less) : whole;
    const expected =
      percentage === null ? fixed : share / 1_000_000n + ((share % 1_000_000n) * 2n >= 1_000_000n ? 1n : 0n);
    if (expected === 0n) continue;
    const discount = discounts.shift();
    if (discount?.promotion.id !== id || BigInt(discount.amount) !== expected) throw new Error(`expected ${expected}`);
    let sum = 0n;
    for (const [index, part] of discount.allocations.entries()) {
      const exact = expected * left[index]!;
      // No part is off by a whole unit, and none is more than its line.
      const difference = BigInt(part) * whole - exact;
      if ((difference < 0n ? -difference : difference) >= whole) throw new Error('a part is off by a unit');
      if (part < 0 || BigInt(part) > left[index]!) throw new Error('a part is more than its line');
      sum += BigInt(part);
    }
    if (sum !== expected) throw new Error(`the parts make ${sum}, not ${expected}`);
    for (const [index, part] of discount.allocations.entries()) left[index]! -= BigInt(part);
  }
  if (discounts.length > 0) throw new Error('there is one too many');
}
