import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import type { UserId } from '../../shared/ids.js';
import { basketHash, type TaxBasket, taxDestinationOf } from './tax-basket.js';

const destination = { country: 'GB', region: null, postalCode: 'N1', city: 'London', line1: '1 High St', line2: null };
const item = { kind: 'goods', sku: 'MUG', taxClass: 'standard', quantity: 2, amount: 1900, discount: 100 } as const;
const basket: TaxBasket = frozen({ currency: 'GBP', customerId: 'u1' as UserId, destination, items: [item] });

describe('The hash of a basket', () => {
  it('is the same for the same basket, in whatever sequence its members are', () => {
    const { currency, ...rest } = basket;
    const { quantity, ...more } = item;
    expect(basketHash({ ...rest, items: [{ ...more, quantity }], currency })).toBe(basketHash(basket));
    expect(basketHash(basket)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, TaxBasket]>([
    ['currency', { ...basket, currency: 'EUR' }],
    ['customer', { ...basket, customerId: 'u2' as UserId }],
    ...Object.keys(destination).map((name): [string, TaxBasket] => [
      name,
      { ...basket, destination: { ...destination, [name]: 'X' } },
    ]),
    ...Object.entries({ kind: 'fee', sku: 'CUP', taxClass: 'books', quantity: 3, amount: 1, discount: 1 }).map(
      ([name, value]): [string, TaxBasket] => [name, { ...basket, items: [{ ...item, [name]: value }] }],
    ),
    ['items', { ...basket, items: [item, item] }],
  ])('differs with another %s', (_, other) => {
    expect(basketHash(other)).not.toBe(basketHash(basket));
  });
});

it('The destination has the texts of an address, and nothing else of it', () => {
  const address = { country: 'us', region: ' ca ', city: ' Oakland ', line1: '1 Main St', line2: '', name: 'Ada' };
  expect(taxDestinationOf(address, undefined)).toEqual({
    country: 'US',
    region: 'CA',
    postalCode: null,
    city: 'Oakland',
    line1: '1 Main St',
    line2: null,
  });
});
