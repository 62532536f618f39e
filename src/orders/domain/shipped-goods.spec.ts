import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import type { ShippingMethod } from '../../shipping/index.js';
import { measureOf, shippingCharge, type ShippedGoods } from './order-charges.js';

const goods = (...given: readonly Partial<ShippedGoods>[]): readonly ShippedGoods[] =>
  frozen(given.map((one) => ({ sku: 'MUG', price: 1000, quantity: 1, weight: 340, taxClass: null, ...one })));
const byWeight: ShippingMethod = frozen({
  id: newId<'shm'>(),
  name: 'Parcel',
  currency: 'GBP',
  price: 300,
  freeFrom: null,
  ratedBy: 'weight',
  rates: [
    { from: 1000, price: 500 },
    { from: 999_999_999_999, price: 900 },
  ],
  countries: [],
  minDays: null,
  maxDays: null,
  taxClass: null,
  status: 'active',
});
const amountFor = (...given: readonly Partial<ShippedGoods>[]) =>
  shippingCharge(byWeight, goods(...given), { currency: 'GBP', country: 'GB' }).amount;

describe('Goods', () => {
  it('weigh what all their pieces weigh together', () => {
    expect(measureOf(goods({ quantity: 3 }, { weight: 0, quantity: 9 }, { weight: 5 })).weight).toBe(1025);
  });

  it('weigh at most what is exact', () => {
    const heaviest = { weight: 1_000_000_000, quantity: 1_000_000 };
    const measured = measureOf(goods(...Array.from({ length: 100 }, () => heaviest)));
    expect(measured.weight).toBe(Number.MAX_SAFE_INTEGER);
    expect(measureOf(goods(heaviest, { weight: 1 })).weight).toBe(10 ** 15 + 1);
  });

  it('name the first product without a weight; 0 grams is one', () => {
    expect(measureOf(goods({ weight: 0 })).unweighed).toBeUndefined();
    expect(measureOf(goods({}, { sku: 'A', weight: null }, { sku: 'B', weight: null })).unweighed).toBe('A');
  });
});

describe('Shipping by weight', () => {
  it.each([
    [999, 300],
    [1000, 500],
    [0, 300],
  ])('of %i grams costs %i', (weight, amount) => {
    expect(amountFor({ weight })).toBe(amount);
  });

  it('goes by all pieces of all lines, and ends at the last rate', () => {
    expect(amountFor({ weight: 250, quantity: 2 }, { weight: 500 })).toBe(500);
    expect(amountFor(...Array.from({ length: 100 }, () => ({ weight: 1_000_000_000, quantity: 1_000_000 })))).toBe(900);
  });

  it('has no price for goods without a weight', () => {
    expect(() => amountFor({}, { sku: 'VASE "2"', weight: null })).toThrow(
      'goes by weight, but product "VASE \\"2\\"" has none',
    );
  });
});
