import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, millionthsOf, taxLines, type TaxMode, taxOf, type TaxTerm } from './taxes.js';

type Rounding = 'rate' | 'line' | 'unit';

const term = (rate: string, country = 'GB'): TaxTerm => ({
  country,
  rate,
  category: rate === '0' ? 'Z' : 'S',
  label: 'VAT',
  reason: null,
  source: 'test',
});

describe('A rate', () => {
  it.each([
    ['20', 200_000],
    ['8.1', 81_000],
    ['8.875', 88_750],
    ['0', 0],
    ['0.0001', 1],
  ])('of %s %% is %i millionths', (rate, parts) => {
    expect(millionthsOf(rate)).toBe(parts);
  });

  it.each(['', '-1', '1e2', '20 %', '0.00001', '1000'])('is not %j', (rate) => {
    expect(() => millionthsOf(rate)).toThrow(RangeError);
  });
});

describe('The tax of a sum', () => {
  it.each<[number, string, TaxMode, number]>([
    [1000, '20', 'exclusive', 200],
    [1200, '20', 'inclusive', 200],
    [999, '20', 'inclusive', 167],
    [3, '20', 'inclusive', 1], // half a unit goes up
    [5, '10', 'exclusive', 1],
    [4, '10', 'exclusive', 0],
    [9890, '8.875', 'exclusive', 878],
    [999_999_999_999, '27', 'inclusive', 212_598_425_197],
  ])('of %i at %s %% %s is %i', (sum, rate, mode, tax) => {
    expect(taxOf(sum, rate, mode)).toBe(tax);
  });
});

describe('The taxes of lines', () => {
  it('are computed once for each rate, and spread so that they add up', () => {
    const lines = [333, 333, 333, 1000].map((amount) => ({ amount, quantity: 1, term: term('20') }));
    // 20 % of 19.99 is 4.00; three times 66.6 and 200 would be 4.01 by the line.
    expect(taxLines(lines, 'exclusive').map((line) => line?.amount)).toEqual([67, 67, 66, 200]);
  });

  it('leave lines without a rate alone, and write a zero for a rate of zero', () => {
    const lines = [
      { amount: 500, quantity: 1, term: undefined },
      { amount: 700, quantity: 1, term: term('0') },
    ];
    expect(taxLines(lines, 'inclusive')).toEqual([null, { ...term('0'), base: 700, amount: 0 }]);
  });

  it('are rounded for each line or for each piece, if the shop wants that', () => {
    const lines = [333, 333, 333, 1000].map((amount) => ({ amount, quantity: 3, term: term('20') }));
    const taxes = (rounding: Rounding) => taxLines(lines, 'exclusive', rounding).map((line) => line?.amount);
    // 1.11 has a tax of 0.222, 3.333... one of 0.667.
    expect([taxes('line'), taxes('unit')]).toEqual([
      [67, 67, 67, 200],
      [66, 66, 66, 201],
    ]);
  });

  /** EN 16931: BR-S-08 (base of a group), BR-CO-17 (its tax), BR-CO-10, -13, -14 and -15 (the sums of the document). */
  it('agree with independent arithmetic for 100,000 random baskets', () => {
    const rates = ['0', '2.9', '4.225', '5', '5.5', '6.875', '7.7', '8.1', '8.875', '19', '20', '21', '25.5', '27'];
    const line = fc.record({
      amount: fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(9_999_999_999)),
      rate: fc.constantFrom(...rates, undefined),
      quantity: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 997, 1_000_000)),
    });
    const basket = fc.tuple(
      fc.constantFrom<TaxMode>('inclusive', 'exclusive'),
      fc.constantFrom<Rounding>('rate', 'line', 'unit'),
      fc.oneof(
        { weight: 9, arbitrary: fc.array(line, { maxLength: 6 }) },
        { weight: 1, arbitrary: fc.array(line, { maxLength: 100 }) },
      ),
    );
    const run = fc.property(basket, ([mode, rounding, given]) => {
      const lines = given.map(({ rate, ...line }) => ({ ...line, term: rate === undefined ? undefined : term(rate) }));
      check(mode, rounding, { lines, found: taxLines(lines, mode, rounding) });
    });
    expect(() => fc.assert(run, { numRuns: 100_000 })).not.toThrow();
  }, 120_000);
});

type Lines = Parameters<typeof taxLines>[0];

interface Taxed {
  readonly lines: Lines;
  readonly found: ReturnType<typeof taxLines>;
}

/** `amount * rate / denominator`, rounded half up. */
function halfUp(amount: bigint, rate: bigint, denominator: bigint): bigint {
  const [whole, rest] = [(amount * rate) / denominator, (amount * rate) % denominator];
  return whole + (rest * 2n >= denominator ? 1n : 0n);
}

function check(mode: TaxMode, rounding: Rounding, { lines, found }: Taxed): void {
  const groups = new Map<string, { sum: bigint; net: bigint; tax: bigint; rate: bigint }>();
  for (const [index, { amount, quantity, term: given }] of lines.entries()) {
    const line = found[index];
    if (!given) {
      if (line !== null) throw new Error('a line without a rate has a tax');
      continue;
    }
    const rate = BigInt(Math.round(Number(given.rate) * 10_000));
    const group = groups.get(keyOf(given)) ?? { sum: 0n, net: 0n, tax: 0n, rate };
    groups.set(keyOf(given), {
      rate,
      sum: group.sum + BigInt(amount),
      net: group.net + BigInt(line!.base),
      tax: group.tax + BigInt(line!.amount),
    });
    const gross = line!.base + line!.amount;
    if (line!.base < 0 || line!.amount < 0) throw new Error('a part is negative');
    if ((mode === 'inclusive' ? gross : line!.base) !== amount) throw new Error('the price changed');
    if (line!.amount > amount) throw new Error('the tax is beyond the price');
    const denominator = 1_000_000n + (mode === 'inclusive' ? rate : 0n);
    const tax = BigInt(line!.amount);
    // No line is off by more than one unit: |tax * denominator - amount * rate| <= denominator, and half a unit of the group.
    const off = tax * denominator - BigInt(amount) * rate;
    if (rounding === 'rate' && (off < 0n ? -off : off) * 2n > denominator * 3n)
      throw new Error(`a line is off by ${off} of ${denominator}`);
    if (rounding === 'line' && tax !== halfUp(BigInt(amount), rate, denominator))
      throw new Error('a line is not rounded');
    const pieces = BigInt(quantity);
    if (rounding === 'unit' && tax !== pieces * halfUp(BigInt(amount), rate, denominator * pieces))
      throw new Error('a piece is not rounded');
  }
  for (const { sum, net, tax, rate } of groups.values()) {
    const denominator = 1_000_000n + (mode === 'inclusive' ? rate : 0n);
    if (rounding === 'rate' && tax !== halfUp(sum, rate, denominator)) throw new Error(`the tax of ${sum} is ${tax}`);
    if (net !== (mode === 'inclusive' ? sum - tax : sum)) throw new Error('net and tax are not the sum');
  }
}
