import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineId, orderLine } from '../../../test/support/domain.js';
import { grossOf, type OrderLine, remainingGross, remainingTax } from './order-lines.js';
import { NothingToRefund, type RefundedLine, refundOf } from './refund-lines.js';

const line = (quantity: number, unitPrice: number, tax: number, cancelledQuantity = 0): OrderLine => ({
  ...orderLine(1, quantity, 0, cancelledQuantity),
  unitPrice,
  tax,
  taxMode: 'exclusive',
});
const pieces = (quantity: number) => [{ lineId: lineId(1), quantity }];

describe('A refund of pieces', () => {
  it('takes what is left of the rounding with the last one', () => {
    // Three at 3.33 and 1.00 of tax: 10.99.
    const three = line(3, 333, 100);
    const done: RefundedLine[] = [];
    for (let each = 0; each < 3; each++) done.push(...refundOf([three], done, pieces(1)));
    expect(done.map(({ gross, tax }) => [gross, tax])).toEqual([
      [366, 33],
      [367, 34],
      [366, 33],
    ]);
  });

  it('is of pieces that are there, and that cost something', () => {
    const before: RefundedLine[] = [{ lineId: lineId(1), quantity: 1, gross: 400, tax: 67, cancelledBefore: 1 }];
    expect(() => refundOf([line(3, 333, 200, 1)], before, pieces(2))).toThrow(NothingToRefund);
    expect(() => refundOf([line(3, 333, 200)], [], [{ lineId: lineId(2), quantity: 1 }])).toThrow(NothingToRefund);
    expect(() => refundOf([line(3, 0, 0)], [], pieces(3))).toThrow('cost nothing');
  });

  it('and others of the same line return exactly what was paid for it, whatever failed or was cancelled, 10,000 times', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean()), { maxLength: 8 });
    const given = fc.record({
      quantity: fc.integer({ min: 1, max: 20 }),
      unitPrice: fc.oneof(fc.nat(9), fc.nat(100_000)),
      percent: fc.nat(27),
      cancelled: fc.nat(5),
    });
    const run = fc.property(given, steps, ({ quantity, unitPrice, percent, cancelled }, refunds) => {
      const cancelledQuantity = Math.min(cancelled, quantity - 1);
      const sold = line(quantity, unitPrice, Math.round((quantity * unitPrice * percent) / 100), cancelledQuantity);
      fc.pre(grossOf(sold) > 0);
      let done: RefundedLine[] = [];
      let left = quantity - cancelledQuantity;
      for (const [wanted, fails] of [...refunds, [left, false] as const]) {
        const count = Math.min(wanted, left);
        if (count === 0) continue;
        const [one] = tried(() => refundOf([sold], done, pieces(count)));
        if (!one || fails) continue;
        done = [...done, one];
        left -= count;
      }
      if (left > 0) done.push(...tried(() => refundOf([sold], done, pieces(left))));
      const sum = (of: (one: RefundedLine) => number) => done.reduce((total, one) => total + of(one), 0);
      if (sum(({ gross }) => gross) !== remainingGross(sold)) throw new Error('another price went back');
      if (sum(({ tax }) => tax) !== remainingTax(sold)) throw new Error('another tax went back');
    });
    expect(() => fc.assert(run, { numRuns: 10_000 })).not.toThrow();
  });
});

/** Pieces at a part of a cent may cost nothing by themselves. */
function tried(refund: () => RefundedLine[]): RefundedLine[] {
  try {
    return refund();
  } catch (error) {
    if (error instanceof NothingToRefund) return [];
    throw error;
  }
}
