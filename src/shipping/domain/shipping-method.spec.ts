import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { newId } from '../../shared/ids.js';
import { priceOf, type Shipment, type ShippingMethod, unavailableBecause } from './shipping-method.js';

const method = (given: Partial<ShippingMethod> = {}): ShippingMethod =>
  frozen({
    id: newId<'shm'>(),
    name: 'Parcel',
    currency: 'GBP',
    price: 499,
    freeFrom: null,
    ratedBy: null,
    rates: [],
    countries: [],
    minDays: null,
    maxDays: null,
    taxClass: null,
    status: 'active',
    ...given,
  });
const goods = (given: Partial<Shipment> = {}): Shipment =>
  frozen({ currency: 'GBP', country: 'GB', subtotal: 1000, quantity: 2, weight: 500, unweighed: undefined, ...given });
const rates = [
  { from: 3, price: 700 },
  { from: 10, price: 0 },
];

describe('The price of shipping', () => {
  it.each<[string, Partial<ShippingMethod>, Partial<Shipment>, number]>([
    ['is flat', {}, {}, 499],
    ['is nothing from an amount on', { freeFrom: 1000 }, {}, 0],
    ['is not free one unit below', { freeFrom: 1001 }, {}, 499],
    ['goes by pieces', { ratedBy: 'quantity', rates }, { quantity: 3 }, 700],
    ['is the price below the first rate', { ratedBy: 'quantity', rates }, {}, 499],
    ['is the last rate that is reached', { ratedBy: 'quantity', rates }, { quantity: 99 }, 0],
    ['goes by weight', { ratedBy: 'weight', rates }, { weight: 3 }, 700],
    ['is the price below the first weight', { ratedBy: 'weight', rates }, { weight: 2 }, 499],
    ['is free from an amount on by weight too', { ratedBy: 'weight', rates, freeFrom: 1000 }, { weight: 3 }, 0],
    ['goes by the price of the goods', { ratedBy: 'subtotal', rates }, { subtotal: 9 }, 700],
  ])('%s', (_, given, shipped, price) => {
    expect(priceOf(method(given), goods(shipped))).toBe(price);
  });
});

const COUNTRY_NEEDED = 'ships to some countries only, so shippingAddress.country is needed';

describe('A method ships', () => {
  it.each<[string, Partial<ShippingMethod>, Partial<Shipment>, string | undefined]>([
    ['everywhere without countries', {}, { country: undefined }, undefined],
    ['to its countries in any case', { countries: ['GB', 'IE'] }, { country: 'ie' }, undefined],
    ['not to others', { countries: ['GB'] }, { country: 'FR' }, 'does not ship to FR'],
    ['not without a country', { countries: ['GB'] }, { country: undefined }, COUNTRY_NEEDED],
    ['not to what is no country', { countries: ['GB'] }, { country: 7 }, COUNTRY_NEEDED],
    ['not in another currency', {}, { currency: 'EUR' }, 'is for orders in GBP'],
    [
      'not by weight what has none',
      { ratedBy: 'weight', rates },
      { unweighed: 'MUG-1' },
      'goes by weight, but product "MUG-1" has none',
    ],
    ['by pieces what has no weight', { ratedBy: 'quantity', rates }, { unweighed: 'MUG-1' }, undefined],
    ['not when it is archived', { status: 'archived' }, {}, 'is no longer offered'],
  ])('%s', (_, given, shipped, reason) => {
    expect(unavailableBecause(method(given), goods(shipped))).toBe(reason);
  });
});
