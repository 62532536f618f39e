import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, roundedShare } from './exact.js';
import { MAX_AMOUNT } from './money.js';

const amount = fc.oneof(fc.nat(1000), fc.nat(MAX_AMOUNT));
const pieces = fc.integer({ min: 1, max: 1_000_000 }).chain((of) => fc.tuple(fc.nat(of), fc.constant(of)));

describe('A rounded share', () => {
  it.each([
    [1, 1, 2, 1],
    [5, 1, 2, 3],
    [1, 1, 3, 0],
    [2, 1, 3, 1],
    [0, 1, 3, 0],
    [MAX_AMOUNT, 1_000_000, 1_000_000, MAX_AMOUNT],
  ])('of %i by %i of %i is %i', (whole, part, of, expected) => {
    expect(roundedShare(whole, part, of)).toBe(expected);
  });

  it('is within half a unit of the exact one, and rounds halves up', () => {
    fc.assert(
      fc.property(amount, pieces, (whole, [part, of]) => {
        const double = 2n * BigInt(whole) * BigInt(part);
        const off = 2n * BigInt(roundedShare(whole, part, of)) * BigInt(of) - double;
        expect(off > -BigInt(of) && off <= BigInt(of)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('An amount that is split', () => {
  it.each([
    [100, [1, 1, 1], [34, 33, 33]],
    [5, [0, 2, 3], [0, 2, 3]],
    [1, [1, 5, 5], [0, 1, 0]],
    [0, [], []],
    [0, [0, 0], [0, 0]],
  ])('%i over %j is %j', (whole, weights, parts) => {
    expect(allocate(whole, weights)).toEqual(parts);
  });

  it('adds up, and no part is a whole unit off', () => {
    fc.assert(
      fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 100 }), (whole, weights) => {
        const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n);
        fc.pre(sum > 0n);
        const parts = allocate(whole, weights);
        expect(parts.reduce((all, part) => all + part, 0)).toBe(whole);
        for (const [index, part] of parts.entries()) {
          const off = BigInt(part) * sum - BigInt(whole) * BigInt(weights[index]!);
          expect(off > -sum && off < sum).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('has to have something to be split over', () => {
    expect(() => allocate(1, [0, 0])).toThrow(RangeError);
  });
});
