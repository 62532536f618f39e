import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import type { UserId } from '../../shared/ids.js';
import type { TaxBasket } from './tax-basket.js';
import { bindEstimate, estimateFor, type TaxEstimate, TaxesNotEstimated, UnsoundEstimate } from './tax-estimate.js';
import type { TaxLine } from './taxes.js';

const destination = { country: 'US', region: 'CA', postalCode: null, city: null, line1: null, line2: null };
const item = { kind: 'goods', sku: 'MUG', taxClass: 'standard', quantity: 1, amount: 1000, discount: 0 } as const;
const basket: TaxBasket = frozen({ currency: 'USD', customerId: 'u1' as UserId, destination, items: [item] });
const line: TaxLine = {
  category: 'S',
  rate: '8.25',
  base: 1000,
  amount: 83,
  country: 'US',
  label: 'Tax',
  reason: null,
  source: 's',
};
const estimate = (more: Partial<TaxLine> = {}, mode: TaxEstimate['mode'] = 'exclusive'): TaxEstimate =>
  frozen({ reference: 'e1', mode, lines: [{ ...line, ...more }] });

describe('An estimate', () => {
  it('holds for its basket and no other', () => {
    const taxes = { provider: 'p', home: undefined };
    const known = { ...taxes, estimate: bindEstimate(basket, estimate()) };
    expect(estimateFor(basket, known).lines).toEqual([line]);
    const other = { ...basket, currency: 'EUR' };
    expect(() => estimateFor(other, known)).toThrow(TaxesNotEstimated);
    expect(() => estimateFor(basket, taxes)).toThrow(TaxesNotEstimated);
  });

  it.each<[string, TaxEstimate]>([
    ['no line', { ...estimate(), lines: [] }],
    ['a line too many', { ...estimate(), lines: [line, line] }],
    ['a tax beyond the price', estimate({ amount: 1001 })],
    ['a negative tax', estimate({ amount: -1 })],
    ['half a unit', estimate({ amount: 82.5 })],
    ['a rate above 100 %', estimate({ rate: '100.0001' })],
    ['a rate in a category without one', estimate({ category: 'Z' })],
    ['the standard category without a rate', estimate({ rate: '0', amount: 0 })],
    ['a tax at a rate of zero', estimate({ category: 'Z', rate: '0' })],
    ['a base without the tax of a price that has none', estimate({ base: 917 })],
    ['a base with the tax', estimate({ base: 1000 }, 'inclusive')],
  ])('with %s is not sound', (_, given) => {
    expect(() => bindEstimate(basket, given)).toThrow(UnsoundEstimate);
  });

  it.each<[string, TaxEstimate]>([
    ['any amount within the price', estimate({ amount: 1 })],
    ['a tax in the price', estimate({ base: 917 }, 'inclusive')],
    ['a zero', estimate({ category: 'Z', rate: '0', amount: 0 })],
  ])('may have %s', (_, given) => {
    expect(bindEstimate(basket, given).lines).toEqual(given.lines);
  });
});
