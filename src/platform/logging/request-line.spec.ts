import { describe, expect, it } from 'vitest';
import { loggedAddress, traceIdIn } from './request-line.js';

describe('The address in a line', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::5', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
  ])('%s is shortened to %s', (address, shortened) => {
    expect(loggedAddress(address, 'shortened')).toBe(shortened);
  });

  it('is whole or missing if the setting says so', () => {
    expect(loggedAddress('192.0.2.77', 'full')).toBe('192.0.2.77');
    expect(loggedAddress('192.0.2.77', 'none')).toBeUndefined();
  });
});

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
it.each([
  [`00-${trace}-00f067aa0ba902b7-01`, trace],
  [`cc-${trace}-00f067aa0ba902b7-01-later`, trace],
  [`ff-${trace}-00f067aa0ba902b7-01`, undefined],
  [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
  [`00-${trace}-0000000000000000-01`, undefined],
  [`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`, undefined],
  ['nonsense', undefined],
  [undefined, undefined],
])('The trace of %s is %s', (header, id) => {
  expect(traceIdIn(header)).toBe(id);
});
