import { expect, it } from 'vitest';
import { addressList, isNetwork } from './address-list.js';

it.each(['192.0.2.1', '192.0.2.0/24', '0.0.0.0/0', '2001:db8::1', '2001:db8::/32'])('%s is a network', (text) =>
  expect(isNetwork(text)).toBe(true),
);

it.each(['', '192.0.2', '192.0.2.0/33', '192.0.2.0/', '192.0.2.0/24/8', '192.0.2.0/-1', '2001:db8::/129', 'host'])(
  '%j is no network',
  (text) => expect(isNetwork(text)).toBe(false),
);

it.each([
  [[], '203.0.113.9', true],
  [['192.0.2.0/24'], '192.0.2.7', true],
  [['192.0.2.0/24'], '::ffff:192.0.2.7', true],
  [['192.0.2.0/24'], '192.0.3.7', false],
  [['192.0.2.1'], '192.0.2.2', false],
  [['2001:db8::/32', '192.0.2.1'], '2001:db8:1::5', true],
  [['2001:db8::/32'], 'unknown', false],
])('%j and %s: %s', (networks, address, allowed) => expect(addressList(networks)(address)).toBe(allowed));
