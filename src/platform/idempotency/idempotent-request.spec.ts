import { describe, expect, it } from 'vitest';
import { IdempotencyKeyInvalid, idempotentRequest, keyIn, parseKey, secretsKeyOf } from './idempotent-request.js';
import { SecretMember } from './secret-member.js';

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

describe('keyIn', () => {
  it('knows one key, no key, and refuses two', () => {
    expect(keyIn(['abc'])).toBe('abc');
    expect(keyIn(undefined)).toBeUndefined();
    expect(() => keyIn(['abc', 'abc'])).toThrow(IdempotencyKeyInvalid);
  });
});

class SignUp {
  readonly email: string;

  @SecretMember()
  readonly password: string;
}

const secretsKey = secretsKeyOf('a secret');
const came = { callerId: 'u', route: 'POST /v1/orders', url: '/v1/orders', key: 'k', body: {} };
const of = (body: unknown, url = '/v1/orders', key = secretsKey) =>
  idempotentRequest({ ...came, body, url }, key).fingerprint.toString('hex');

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

  it('does not see a slash at the end of the path', () => {
    expect(of({}, '/v1/orders/')).toBe(of({}));
    expect(of({}, '/v1/orders/?a=1')).toBe(of({}, '/v1/orders?a=1'));
  });

  it('sees another password, by a hash that needs a key', () => {
    const [one, two] = ['one', 'two'].map((password): SignUp => ({ email: 'a@till.test', password }));
    expect(of(one)).not.toBe(of(two));
    expect(of(one)).toBe(of({ ...one }));
    expect(of(one, '/v1/orders', secretsKeyOf('another secret'))).not.toBe(of(one));
  });
});

const anonymous = (body: unknown, anonymousScope?: string) =>
  idempotentRequest({ ...came, callerId: undefined, body, anonymousScope }, secretsKey);

describe('The scope of who is not signed in', () => {
  it('is what the route says, or the request itself', () => {
    const [ada, again, grace] = ['ada', 'ada', 'grace'].map((scope) => anonymous({}, scope).callerId);
    expect([ada === again, ada === grace]).toEqual([true, false]);
    expect(anonymous({ a: 1 }).callerId).not.toBe(anonymous({ a: 2 }).callerId);
    expect(anonymous({ a: 1 }).callerId).toBe(anonymous({ a: 1 }).callerId);
    expect(ada).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
