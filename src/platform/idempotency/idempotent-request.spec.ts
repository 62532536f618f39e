import { describe, expect, it } from 'vitest';
import { IdempotencyKeyInvalid, idempotentRequest, parseKey } from './idempotent-request.js';

describe('parseKey', () => {
  it.each([
    ['abc-123', 'abc-123'],
    ['"abc-123"', 'abc-123'],
    [String.raw`"say \"hi\" \\ there"`, String.raw`say "hi" \ there`],
    ['  padded ', 'padded'],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['"half', '"half'],
  ])('%s is %s', (header, key) => expect(parseKey(header)).toBe(key));

  it.each(['', '""', 'x'.repeat(256), 'caf\u00e9', 'tab\there', '\u0000'])('refuses %j', (header) =>
    expect(() => parseKey(header)).toThrow(IdempotencyKeyInvalid),
  );
});

const of = (body: unknown, url = '/v1/orders') =>
  idempotentRequest('u', 'POST /v1/orders', url, 'k', body).fingerprint.toString('hex');

describe('fingerprint', () => {
  it('does not see the order of members', () => {
    expect(of({ a: 1, b: { c: [1, 2], d: null } })).toBe(of({ b: { d: null, c: [1, 2] }, a: 1 }));
  });

  it.each([
    ['another value', { a: 2 }],
    ['another type', { a: '1' }],
    ['another member', { a: 1, b: 1 }],
    ['an array', [{ a: 1 }]],
    ['nothing', undefined],
  ])('sees %s', (_, body) => expect(of(body)).not.toBe(of({ a: 1 })));

  it('sees another order of a list, and another path', () => {
    expect(of([1, 2])).not.toBe(of([2, 1]));
    expect(of({}, '/v1/payments/a/refunds')).not.toBe(of({}, '/v1/payments/b/refunds'));
  });

  it('takes no hash of a password', () => {
    expect(of({ email: 'a@till.test', password: 'one' })).toBe(of({ email: 'a@till.test', password: 'two' }));
  });
});
