import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import type { TaxTerms } from '../../tax/index.js';
import { chargeGroupsOf } from './charge-groups.js';
import { chargesOf, mostCharges, type WantedCharge } from './order-charges.js';
import { withTaxes } from './priced-order.js';

const term = (rate: string) =>
  ({ country: 'GB', category: rate === '0' ? 'Z' : 'S', rate, label: 'VAT', reason: null, source: 'test' }) as const;
const taxes = (mode: TaxTerms['mode'] = 'inclusive'): TaxTerms => ({
  mode,
  byClass: new Map([
    ['standard', term('20')],
    ['toys', term('20')],
    ['books', term('0')],
  ]),
});
const shipping = (amount: number, taxClass?: string): WantedCharge =>
  frozen({ kind: 'shipping', name: 'Parcel', amount, ...(taxClass !== undefined && { taxClass }) });
const goods = (...given: readonly [number, string | null][]) =>
  frozen(given.map(([price, taxClass]) => ({ price, taxClass, quantity: 1 })));
const ids = Array.from({ length: 20 }, () => newId<'chg'>());
const split = (...given: Parameters<typeof chargesOf>) =>
  chargesOf(...given).map(({ charge, taxClass }) => [charge.amount, taxClass]);

describe('A charge', () => {
  const mixed = goods([2997, 'standard'], [1250, 'books'], [1000, null]);

  it('is split over the taxes of the goods in proportion to their prices', () => {
    expect(split([shipping(499)], mixed, ids, taxes())).toEqual([
      [285, 'standard'],
      [119, 'books'],
      [95, null],
    ]);
  });

  it('is one where the goods have one tax, whatever their classes', () => {
    expect(split([shipping(499)], goods([1, 'standard'], [5, 'toys']), ids, taxes())).toEqual([[499, 'standard']]);
    expect(split([shipping(499)], mixed, ids, undefined)).toEqual([[499, null]]);
  });

  it('of a class has the tax of that class', () => {
    expect(split([shipping(499, 'books')], mixed, ids, taxes())).toEqual([[499, 'books']]);
  });

  it('of goods that are free, and one that costs nothing, have a tax too', () => {
    expect(split([shipping(3)], goods([0, 'standard'], [0, 'books'], [0, 'books']), ids, taxes())).toEqual([
      [1, 'standard'],
      [2, 'books'],
    ]);
    expect(split([shipping(0)], mixed, ids, taxes())).toEqual([[0, 'standard']]);
  });
});

it('The parts of charges add up, have ids, and their groups have the tax of the whole', () => {
  const classes = fc.constantFrom('standard', 'toys', 'books', null);
  const amounts = fc.oneof(fc.nat(20), fc.nat(1_000_000));
  const run = fc.property(
    fc.array(amounts, { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(amounts, classes), { minLength: 1, maxLength: 8 }),
    fc.constantFrom('inclusive', 'exclusive'),
    (wanted, given, mode) => {
      const charges = wanted.map((amount) => shipping(amount));
      const carried = given.map(([price, taxClass]) => ({ price, taxClass, quantity: 1 }));
      const parts = chargesOf(charges, carried, ids, taxes(mode));
      expect(parts.reduce((sum, { charge }) => sum + charge.amount, 0)).toBe(wanted.reduce((a, b) => a + b, 0));
      expect(parts.length).toBeLessThanOrEqual(mostCharges(charges.length, carried));
      const { charges: taxed } = withTaxes([], parts, () => null, taxes(mode));
      for (const { tax, net } of chargeGroupsOf(taxed)) {
        const members = taxed.filter(
          ({ taxLine }) => tax === (taxLine ? `GB:${taxLine.category}:${taxLine.rate}` : ''),
        );
        const bases = members.map(({ taxLine, amount }) => taxLine?.base ?? amount);
        expect(net).toBe(bases.reduce((sum, base) => sum + base, 0));
      }
    },
  );
  expect(() => fc.assert(run, { numRuns: 2000 })).not.toThrow();
});
