import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineId, orderLine } from '../../../test/support/domain.js';
import { taxLines, type TaxMode, taxModes } from '../../tax/index.js';
import { bookShares } from './booked-shares.js';
import { type DiscountGroup, discountGroupsOf } from './discount-groups.js';
import { grossOf, type OrderLine, remainingGross } from './order-lines.js';
import { type RefundedLine, refundOf } from './refund-lines.js';
import { taxGroupsOf } from './tax-groups.js';

const rates = ['0', '5', '8.875', '20', '27', undefined];
const anyLine = fc.record({
  quantity: fc.integer({ min: 1, max: 20 }),
  unitPrice: fc.nat(100_000),
  off: fc.integer({ min: 0, max: 100 }),
  rate: fc.constantFrom(...rates),
});
type Given = typeof anyLine extends fc.Arbitrary<infer T> ? T : never;

const term = (rate: string) => ({
  category: 'S' as const,
  rate,
  country: 'GB',
  label: 'VAT',
  reason: null,
  source: '',
});

/** Lines with a percentage of their price off, up to all of it. */
function linesOf(given: readonly Given[], mode: TaxMode): OrderLine[] {
  const prices = given.map(({ quantity, unitPrice }) => quantity * unitPrice);
  const discounts = given.map(({ off }, index) => Math.floor((prices[index]! * off) / 100));
  const taxes = taxLines(
    given.map(({ rate, quantity }, index) => ({
      amount: prices[index]! - discounts[index]!,
      quantity,
      term: rate === undefined ? undefined : term(rate),
    })),
    mode,
  );
  return given.map(({ quantity, unitPrice }, index) => {
    const taxLine = taxes[index]!;
    const tax = { tax: taxLine?.amount ?? 0, taxMode: taxLine ? mode : null, taxLine };
    return { ...orderLine(0, quantity), id: lineId(index), unitPrice, discount: discounts[index]!, ...tax };
  });
}

const line = (given: Partial<OrderLine>): OrderLine => ({ ...orderLine(1, 3), ...given });

describe('The discounts of an order', () => {
  it('are sums by tax of what is not cancelled, with and without the tax in prices', () => {
    const [first] = linesOf([{ quantity: 3, unitPrice: 400, off: 10, rate: '20' }], 'inclusive');
    // A third of 1.20 is cancelled: 0.80, of which 0.133 is tax.
    expect(discountGroupsOf([{ ...first!, cancelledQuantity: 1 }, line({ discount: 30 })])).toEqual([
      { tax: '', discount: 30, net: 30, bookedGross: 0, booked: 0 },
      { tax: 'GB:S:20', discount: 80, net: 67, bookedGross: 0, booked: 0 },
    ]);
    const [exclusive] = linesOf([{ quantity: 1, unitPrice: 1200, off: 10, rate: '20' }], 'exclusive');
    expect(discountGroupsOf([exclusive!])).toMatchObject([{ discount: 120, net: 120 }]);
  });

  it('leave the group of lines that were cancelled, with what the ledger has of it', () => {
    const before: DiscountGroup[] = [{ tax: '', discount: 30, net: 30, bookedGross: 2970, booked: 30 }];
    expect(discountGroupsOf([line({ discount: 30, cancelledQuantity: 3 })], before)).toEqual([
      { tax: '', discount: 0, net: 0, bookedGross: 2970, booked: 30 },
    ]);
  });
});

describe('The money of a random discounted order in random pieces, 10,000 times', () => {
  it('books exactly its discounts when it is paid, and none once it is returned', () => {
    const share = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 6 });
    const lines = fc.array(anyLine, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...taxModes), lines, share, share, (mode, given, pays, refunds) => {
        const all = linesOf(given, mode);
        let groups: readonly DiscountGroup[] = discountGroupsOf(all);
        const wholeOf = wholes(all);
        const move = (sign: number, shares: readonly number[]) => {
          for (const at of [...shares, 100]) {
            groups = bookShares(groups, (tax) => {
              const group = groups.find((one) => one.tax === tax)!;
              const open = sign > 0 ? wholeOf(tax) - group.bookedGross : group.bookedGross;
              return { moved: sign * Math.floor((open * at) / 100), whole: wholeOf(tax) };
            }).groups;
            for (const { booked, net } of groups)
              if (booked < 0 || booked > net) throw new Error(`booked ${booked} of ${net}`);
          }
        };
        move(1, pays);
        for (const { tax, net, booked } of groups) expect(booked).toBe(wholeOf(tax) === 0 ? 0 : net);
        move(-1, refunds);
        for (const { booked } of groups) expect(booked).toBe(0);
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);

  it('falls to nothing when it is cancelled and refunded by the piece, never beyond what was paid', () => {
    fc.assert(
      fc.property(anyLine, fc.constantFrom(...taxModes), fc.nat(20), (given, mode, cancelled) => {
        const [sold] = linesOf([given], mode);
        const one = { ...sold!, cancelledQuantity: Math.min(cancelled, given.quantity) };
        const kept = remainingGross(one);
        const done: RefundedLine[] = [];
        for (let left = given.quantity - one.cancelledQuantity; left > 0; left--) {
          try {
            done.push(...refundOf([one], done, [{ lineId: one.id, quantity: 1 }]));
          } catch {
            done.push({ lineId: one.id, quantity: 1, gross: 0, tax: 0, cancelledBefore: one.cancelledQuantity }); // a piece that costs nothing
          }
        }
        expect(done.reduce((sum, { gross }) => sum + gross, 0)).toBe(kept);
        expect(kept).toBeLessThanOrEqual(grossOf(one));
        const onTop = one.taxMode === 'exclusive' ? one.tax : 0;
        expect(grossOf(one) - onTop).toBe(given.quantity * given.unitPrice - one.discount);
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);
});

/** What the lines with each tax cost. */
function wholes(lines: readonly OrderLine[]): (tax: string) => number {
  const taxed = new Map(taxGroupsOf(lines).map((group) => [`${group.country}:${group.category}:${group.rate}`, group]));
  const untaxed = lines.filter(({ taxLine }) => !taxLine).reduce((sum, each) => sum + remainingGross(each), 0);
  return (tax) => {
    const group = taxed.get(tax);
    return group ? group.net + group.tax : untaxed;
  };
}
