import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percent, promotion } from '../../../test/support/promotions.js';
import { bestDiscounts, discountsOf } from './discount.js';
import type { Promotion } from './promotion.js';

const three = (n: number, given: Partial<Promotion> = {}) =>
  promotion(n, { benefit: 'pieces', buyPieces: 2, freePieces: 1, ...given });
const line = (unit: number, quantity: number, sku = 'MUG') => ({ price: unit * quantity, quantity, sku });
const withCoupons = { combinesWith: ['coupon'] } as const;
const at = (...prices: readonly number[]) => prices.map((price) => ({ price, quantity: 1, sku: 'MUG' }));
const off = (discounts: ReturnType<typeof discountsOf>) => discounts.reduce((sum, each) => sum + each.amount, 0);
const taken = (discounts: ReturnType<typeof discountsOf>) =>
  discounts.map(({ promotion: { id }, amount: less, allocations }) => [Number(id), less, ...allocations]);

describe('Pieces for nothing', () => {
  it.each<[number[][], number[]]>([
    [[[500, 2]], []],
    [[[500, 3]], [500]],
    [[[500, 6]], [1000]],
    [
      [
        [500, 2],
        [200, 1],
      ],
      [0, 200],
    ],
    [
      [
        [500, 5],
        [200, 1],
      ],
      [500, 200],
    ],
    [
      [
        [300, 2],
        [300, 2],
      ],
      [300, 0],
    ],
    [[[0, 3]], []],
    [
      [
        [500, 2],
        [0, 1],
      ],
      [],
    ],
    [
      [
        [500, 3],
        [0, 3],
      ],
      [500, 0],
    ],
  ])('are the cheapest, one of every three: of %j, %j', (lines, off) => {
    const found = discountsOf(
      lines.map(([unit, quantity]) => line(unit!, quantity!)),
      [three(1)],
    );
    expect(found.flatMap(({ allocations }) => allocations)).toEqual(off);
  });

  it('are of the goods that it is for, and come before percentages', () => {
    const lines = [line(500, 3), line(100, 3, 'CUP'), { ...line(90, 1), isShipping: true }];
    const mugs = three(2, { conditions: { skus: ['MUG'] }, combinesWith: ['coupon'] });
    expect(taken(discountsOf(lines, [percent(1, '10'), mugs]))).toEqual([
      [2, 500, 500, 0, 0],
      [1, 130, 100, 30, 0],
    ]);
  });

  it('take off whole pieces and never more than one of every group, in 10,000 random baskets', () => {
    const lines = fc.array(fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 6 });
    const run = fc.property(
      lines,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      (given, buyPieces, freePieces) => {
        const found = discountsOf(
          given.map(([unit, quantity]) => line(unit, quantity)),
          [three(1, { buyPieces, freePieces })],
        );
        const pieces = given
          .flatMap(([unit, quantity]) => Array.from({ length: unit === 0 ? 0 : quantity }, () => unit))
          .toSorted((a, b) => a - b);
        const free = Math.floor(pieces.length / (buyPieces + freePieces)) * freePieces;
        if (off(found) !== pieces.slice(0, free).reduce((sum, each) => sum + each, 0))
          throw new Error('other pieces are for nothing');
      },
    );
    expect(() => fc.assert(run, { numRuns: 10_000 })).not.toThrow();
  });
});

describe('Shipping for nothing', () => {
  it('takes off the shipping, all of it and nothing else', () => {
    const lines = [
      ...at(1000),
      { price: 300, quantity: 1, sku: '', isShipping: true },
      { price: 199, quantity: 1, sku: '', isShipping: true },
    ];
    const free = promotion(1, { benefit: 'shipping', combinesWith: ['coupon'] });
    expect(taken(bestDiscounts(lines, [free, percent(2, '10', withCoupons)]))).toEqual([
      [2, 100, 100, 0, 0],
      [1, 499, 0, 300, 199],
    ]);
    expect(discountsOf(at(1000), [free])).toEqual([]);
  });
});
