import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineId, orderLine } from '../../../test/support/domain.js';
import { frozen } from '../../../test/support/frozen.js';
import { taxLines, type TaxMode, type TaxTerm } from '../../tax/index.js';
import { grossOf, type OrderLine, remainingGross, remainingTax, totalOf, valueShipped } from './order-lines.js';
import { type Booking, bookReceived, bookReturned, type TaxGroup, taxGroupsOf } from './tax-groups.js';

const term = (rate: string): TaxTerm => ({
  country: 'GB',
  category: rate === '0' ? 'Z' : 'S',
  rate,
  label: 'VAT',
  reason: null,
  source: 'test',
});

const group = (rate: string, net: number, tax: number, bookedGross = 0, bookedTax = 0): TaxGroup =>
  frozen({ country: 'GB', category: rate === '0' ? 'Z' : 'S', rate, net, tax, bookedGross, bookedTax });

const moved = ({ booked, rest }: Booking) => [...booked.map(({ net, tax }) => [net, tax]), rest];

describe('Money that arrives', () => {
  const groups = [group('20', 1000, 200), group('0', 600, 0)];

  it('is divided in proportion, and what is beyond the groups is the rest', () => {
    expect(moved(bookReceived(groups, 900))).toEqual([[500, 100], [300, 0], 0]);
    expect(moved(bookReceived(groups, 2000))).toEqual([[1000, 200], [600, 0], 200]);
  });

  it('fills what is not booked yet', () => {
    const first = bookReceived(groups, 1);
    expect(moved(first)).toEqual([[1, 0], [0, 0], 0]);
    expect(moved(bookReceived(first.groups, 1799))).toEqual([[999, 200], [600, 0], 0]);
  });
});

describe('Money that is returned', () => {
  it('comes from the surplus first, then from what was cancelled, then in proportion', () => {
    // Of 12.00 and 6.00 received, one half of the first group is cancelled; 1.00 was paid too much.
    const groups = [group('20', 500, 100, 1200, 200), group('0', 600, 0, 600, 0)];
    expect(moved(bookReturned(groups, { amount: 50, surplus: 100 }))).toEqual([[0, 0], [0, 0], -50]);
    expect(moved(bookReturned(groups, { amount: 700, surplus: 100 }))).toEqual([[-500, -100], [0, 0], -100]);
    expect(moved(bookReturned(groups, { amount: 1300, surplus: 100 }))).toEqual([[-750, -150], [-300, 0], -100]);
    expect(moved(bookReturned(groups, { amount: 1900, surplus: 100 }))).toEqual([[-1000, -200], [-600, 0], -100]);
  });
});

// Of 60.00 and 40.00, the half was paid.
const halfPaid = (first: number, firstTax: number) => [
  group('20', first - firstTax, firstTax, 3000, 500),
  group('5', 3810, 190, 2000, 95),
];

const back = (groups: readonly TaxGroup[], amount: number, surplus = 0, untaxed = 0) =>
  bookReturned(groups, { amount, surplus, untaxed, keepsTotal: true });
const bookedOf = ({ groups }: Booking) => groups.map(({ bookedGross, bookedTax }) => [bookedGross, bookedTax]);

describe('Money of an order that was paid in part and cut down', () => {
  it('is booked so that each group has its own once the rest is returned, at once or in pieces', () => {
    expect(moved(back(halfPaid(0, 0), 1000))).toEqual([[-2500, -500], [1905, 95], 0]);
    expect(bookedOf(back(halfPaid(0, 0), 1000))).toEqual([
      [0, 0],
      [4000, 190],
    ]);
    const first = back(halfPaid(0, 0), 500);
    expect(bookedOf(first)).toEqual([
      [500, 83],
      [4000, 190],
    ]);
    expect(bookedOf(back(first.groups, 500))).toEqual([
      [0, 0],
      [4000, 190],
    ]);
    expect(bookedOf(back(halfPaid(0, 0), 1500))).toEqual([
      [0, 0],
      [3500, 166],
    ]);
  });

  it('is booked so after a rebate that counts for what was cancelled later', () => {
    // Of 60.00 and 40.00, 10.00 went back as a rebate; then 20.00 of the second group are cancelled.
    const groups = [group('20', 5000, 1000, 5400, 900), group('5', 1905, 95, 3600, 171)];
    expect(bookedOf(back(groups, 1000))).toEqual([
      [6000, 1000],
      [2000, 95],
    ]);
  });

  it('is booked as what has no tax, if that is what is left', () => {
    const groups = [group('20', 0, 0, 5000, 833)];
    const first = back(groups, 500, 0, 4000);
    expect(moved(first)).toEqual([[-3750, -750], 4000]);
    expect(moved(back(first.groups, 500, 4000, 4000))).toEqual([[-417, -83], 0]);
  });

  it('goes from the cancelled pieces before it goes from what has no tax, and from that before the other pieces', () => {
    // Of 60.00 with 20 % and 40.00 without, 30.00 of the first are cancelled.
    const groups = [group('20', 2500, 500, 6000, 1000)];
    expect(moved(back(groups, 3000, 4000, 4000))).toEqual([[-2500, -500], 0]);
    expect(moved(back(groups, 7500, 4000, 4000))).toEqual([[-2917, -583], -4000]);
  });

  it('stays where it is in an order that may keep less than it costs', () => {
    expect(moved(bookReturned(halfPaid(0, 0), { amount: 1000, surplus: 0 }))).toEqual([[-833, -167], [0, 0], 0]);
  });

  it('is booked so when it arrives', () => {
    expect(moved(bookReceived(halfPaid(1500, 250), 500))).toEqual([[-1250, -250], [1905, 95], 0]);
    expect(moved(bookReceived(halfPaid(1500, 250), 499))).toEqual([[0, 0], [475, 24], 0]);
  });

  it('is booked so when it arrives and pays what has no tax too', () => {
    const outside = { surplus: 0, untaxed: 1000 };
    expect(moved(bookReceived(halfPaid(1500, 250), 1500, outside))).toEqual([[-1250, -250], [1905, 95], 1000]);
    expect(moved(bookReceived(halfPaid(500, 83), 500, outside))).toEqual([[-2083, -417], [1905, 95], 1000]);
  });
});

const rates = fc.constantFrom('0', '5', '7.7', '8.875', '20', '25.5', '27');
const modes = fc.constantFrom<TaxMode>('inclusive', 'exclusive');
const amounts = fc.oneof(fc.nat(20), fc.nat(100_000));
const anyLine = fc.record({ rate: rates, unitPrice: amounts, quantity: fc.integer({ min: 1, max: 12 }) });

function linesOf(given: readonly { rate: string; unitPrice: number; quantity: number }[], mode: TaxMode): OrderLine[] {
  const taxes = taxLines(
    given.map(({ rate, unitPrice, quantity }) => ({ amount: unitPrice * quantity, quantity, term: term(rate) })),
    mode,
  );
  return given.map(({ unitPrice, quantity }, index) => {
    const taxLine = taxes[index]!;
    return { ...orderLine(index, quantity), id: lineId(index), unitPrice, tax: taxLine.amount, taxMode: mode, taxLine };
  });
}

describe('The money of a random order in random pieces, 10,000 times', () => {
  it('books exactly its taxes when it is paid, never beyond, and none once it is returned', () => {
    const share = fc.integer({ min: 1, max: 100 });
    const run = fc.tuple(modes, fc.array(anyLine, { minLength: 1, maxLength: 6 }), fc.array(share, { maxLength: 6 }));
    fc.assert(
      fc.property(run, fc.array(share, { maxLength: 6 }), ([mode, given, pays], refunds) => {
        const lines = linesOf(given, mode);
        const total = totalOf(lines);
        let groups: readonly TaxGroup[] = taxGroupsOf(lines);
        for (const amount of pieces(total, pays)) {
          const booking = bookReceived(groups, amount);
          expect(booking.rest).toBe(0);
          expect(booking.booked.reduce((sum, { net, tax }) => sum + net + tax, 0)).toBe(amount);
          groups = booking.groups;
          for (const one of groups) assertWithin(one);
        }
        for (const { net, tax, bookedGross, bookedTax } of groups)
          expect([bookedGross, bookedTax]).toEqual([net + tax, tax]);
        for (const amount of pieces(total, refunds)) {
          const booking = bookReturned(groups, { amount, surplus: 0 });
          expect(booking.rest).toBe(0);
          groups = booking.groups;
          for (const one of groups) assertWithin(one);
        }
        for (const { bookedGross, bookedTax } of groups) expect([bookedGross, bookedTax]).toEqual([0, 0]);
      }),
      { numRuns: 10_000 },
    );
  }, 60_000);

  it('falls to exactly nothing when its pieces are cancelled one after the other', () => {
    fc.assert(
      fc.property(anyLine, modes, (given, mode) => {
        const [line] = linesOf([given], mode);
        let before = [grossOf(line!), line!.tax];
        for (let cancelledQuantity = 0; cancelledQuantity <= given.quantity; cancelledQuantity++) {
          const now = { ...line!, cancelledQuantity };
          const after = [remainingGross(now), remainingTax(now)];
          expect(after[0]! <= before[0]! && after[1]! <= before[1]! && after[1]! <= after[0]!).toBe(true);
          // What is shipped of a line without open pieces is worth the rest of it.
          expect(valueShipped([{ ...now, fulfilledQuantity: given.quantity - cancelledQuantity }])).toBe(after[0]);
          before = after;
        }
        expect(before).toEqual([0, 0]);
      }),
      { numRuns: 1_000 },
    );
  }, 60_000);
});

/** Splits an amount: each share takes its percentage of what is left, and the last piece the rest. */
function pieces(of: number, shares: readonly number[]): number[] {
  const amounts: number[] = [];
  let left = of;
  for (const share of shares) {
    const amount = Math.floor((left * share) / 100);
    amounts.push(amount);
    left -= amount;
  }
  return [...amounts, left].filter((amount) => amount > 0);
}

function assertWithin({ net, tax, bookedGross, bookedTax }: TaxGroup): void {
  if (bookedTax < 0 || bookedTax > Math.min(tax, bookedGross) || bookedGross > net + tax)
    throw new Error(`booked ${bookedTax} of ${tax} and ${bookedGross} of ${net + tax}`);
}
