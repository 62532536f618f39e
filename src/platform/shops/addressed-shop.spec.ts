import { describe, expect, it } from 'vitest';
import { addressedShop, type Naming } from './addressed-shop.js';
import { ContradictoryShop, UnknownShop } from './shops.errors.js';

const names = {
  domain: 'shops.example',
  own: new Map([['buy.north.example', 'north']]),
  common: 'api.shops.example',
};
const KEY = `till_live_0123456789ab_${'x'.repeat(43)}.south`;

const shopOf = (headers: Naming) => addressedShop(headers, names);

describe('The shop of a request', () => {
  it.each<[string, Naming]>([
    ['default', {}],
    ['default', { host: 'localhost:3000' }],
    ['default', { host: '127.0.0.1' }],
    ['default', { host: '[::1]:3000' }],
    ['default', { host: 'shops.example' }],
    ['default', { host: 'api.shops.example' }],
    ['default', { host: 'north.elsewhere.example' }],
    ['default', { host: 'evilshops.example' }],
    ['north', { host: 'north.shops.example' }],
    ['north-2', { host: 'North-2.SHOPS.example.:8443' }],
    ['north', { host: 'buy.north.example' }],
    ['north', { host: '127.0.0.1', 'till-shop': 'north' }],
    ['north', { host: 'api.shops.example', 'till-shop': 'north' }],
    ['south', { host: 'api.shops.example:443', authorization: `Bearer ${KEY}` }],
    ['default', { host: '127.0.0.1', 'till-shop': 'default', authorization: `Bearer ${KEY}` }],
    ['north', { host: 'north.shops.example', 'till-shop': 'north' }],
    ['south', { host: '127.0.0.1', authorization: `Bearer ${KEY}` }],
    ['south', { authorization: `bearer ${KEY}` }],
    ['north', { host: 'north.shops.example', authorization: `Bearer ${KEY}` }],
    ['default', { authorization: `Bearer till_live_0123456789ab_${'x'.repeat(43)}` }],
    ['default', { authorization: `Basic ${KEY}` }],
  ])('is %s for %j', (shop, headers) => expect(shopOf(headers)).toBe(shop));

  it.each<Naming>([
    { host: 'a.b.shops.example' },
    { host: '2north.shops.example' },
    { host: '.shops.example' },
    { 'till-shop': '' },
    { 'till-shop': 'north, south' },
    { 'till-shop': '../north' },
    { 'till-shop': 'x'.repeat(41) },
  ])('does not exist for %j', (headers) => expect(() => shopOf(headers)).toThrow(UnknownShop));

  it('is not guessed where host name and header differ', () => {
    const headers = { host: 'north.shops.example', 'till-shop': 'south' };
    expect(() => shopOf(headers)).toThrow(ContradictoryShop);
    expect(() => shopOf({ ...headers, 'till-shop': 'default' })).toThrow(ContradictoryShop);
  });
});
