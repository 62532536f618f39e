import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Outcome, ProviderAttempt } from '../../../src/payments/providers/provider.js';
import { SoapProvider } from '../../../src/payments/providers/soap/soap.provider.js';
import { exponentOf } from '../../../src/shared/money.js';
import { newId } from '../../../src/shared/ids.js';
import {
  mishaps,
  PASSWORD,
  type SoapGatewayServer,
  startSoapGateway,
  USERNAME,
} from '../../../tools/provider-kit/soap/gateway.js';
import { TokenCheck } from '../../../tools/provider-kit/soap/ws-security.js';

let gateway: SoapGatewayServer;
let provider: SoapProvider;
beforeEach(async () => {
  gateway = await startSoapGateway();
  provider = new SoapProvider({ url: gateway.url, username: USERNAME, password: PASSWORD });
  return () => gateway.close();
});

const attempt = (given: Partial<ProviderAttempt> = {}): ProviderAttempt => ({
  id: newId<'att'>(),
  paymentId: newId<'pay'>(),
  kind: 'authorize',
  capture: 'automatic',
  amount: 1000,
  currency: 'EUR',
  paymentMethod: 'card_ok',
  statementDescriptor: null,
  reference: null,
  ...given,
});
const soon = () => AbortSignal.timeout(1500);
const send = (what: ProviderAttempt, signal = AbortSignal.timeout(10_000)) => provider.send(what, signal);
const ask = (what: ProviderAttempt) => provider.getStatus(what, AbortSignal.timeout(10_000));
const referenceOf = ({ reference }: Outcome) => reference!;
const settled = (type: string, more: object = {}) => ({ state: 'completed', events: [{ type, ...more }] });
const follow = (first: ProviderAttempt, reference: string, kind: ProviderAttempt['kind'], amount: number) =>
  attempt({ ...first, id: newId<'att'>(), kind, amount, reference });
/** How often the bank did what was asked under this reference. */
const done = ({ id }: ProviderAttempt) => gateway.bank.entries.filter((entry) => entry.merchantReference === id).length;

describe('An operation', () => {
  it('of each kind is done once, and told of in the same words when it is sent again or asked after', async () => {
    const first = attempt({ capture: 'manual' });
    const authorized = await send(first);
    expect(authorized).toMatchObject(settled('authorized', { attemptId: first.id, amount: 1000, currency: 'EUR' }));
    const reference = referenceOf(authorized);
    const steps = [
      ['capture', 600, 'captured'],
      ['void', 400, 'voided'],
      ['refund', 200, 'refunded'],
    ] as const;
    for (const [kind, amount, type] of steps) {
      const step = follow(first, reference, kind, amount);
      const outcome = await send(step);
      expect(outcome).toMatchObject({ ...settled(type, { attemptId: step.id, amount }), reference });
      expect([await send(step), await ask(step)]).toEqual([outcome, outcome]);
      expect(done(step)).toBe(1);
    }
    expect(await send(follow(first, reference, 'refund', 401))).toMatchObject(settled('refund_failed'));
    expect(await send(follow(first, reference, 'capture', 1))).toMatchObject(settled('capture_failed'));
    expect(await send(follow(first, reference, 'void', 1))).toMatchObject(settled('void_failed'));
  });

  it('captures at once when that is wanted', async () => {
    expect(await send(attempt())).toMatchObject(settled('captured'));
  });

  it.each([
    ['card_declined', { code: 'card_declined', retryable: false }],
    ['card_no_funds', { code: 'insufficient_funds', retryable: true }],
    ['card_expired', { code: 'expired_card', retryable: false }],
    ['<&"card">', { code: 'invalid_payment_method', retryable: false }],
  ])('paid with %s is declined', async (paymentMethod, decline) => {
    expect(await send(attempt({ paymentMethod }))).toMatchObject(settled('declined', { decline }));
  });

  it('is pending until the bank has decided', async () => {
    const first = attempt({ paymentMethod: 'card_pending' });
    expect(await send(first)).toMatchObject({ state: 'pending', reference: expect.stringMatching(/^GW/) as string });
    expect(await ask(first)).toMatchObject({ state: 'pending' });
    gateway.bank.mature(first.paymentId);
    expect(await ask(first)).toMatchObject(settled('captured'));
  });

  it('that the bank knows nothing of was not sent', async () => {
    expect(await ask(attempt())).toEqual({ state: 'not_sent' });
    expect(await send(attempt({ kind: 'refund', reference: 'GW0' }))).toMatchObject(settled('refund_failed'));
  });

  it('under a reference that stood for another one is not known, and not done', async () => {
    const first = attempt();
    await send(first);
    expect(await send({ ...first, amount: 1 })).toEqual({ state: 'unknown' });
    expect(done(first)).toBe(1);
  });
});

describe('A gateway that', () => {
  const after = (Object.keys(mishaps) as (keyof typeof mishaps)[]).filter((name) => !('before' in mishaps[name]));
  it.each(after)('%s has done it, which is unknown until it is asked', async (name) => {
    const first = attempt();
    gateway.next(name);
    expect(await send(first, soon())).toEqual({ state: 'unknown' });
    expect(done(first)).toBe(1);
    expect(await ask(first)).toMatchObject(settled('captured'));
    expect(await send(first)).toMatchObject(settled('captured'));
    expect(done(first)).toBe(1);
  });

  it.each(['loses', 'faults', 'isBusy'] as const)('%s it has not done it, which is unknown too', async (name) => {
    const first = attempt();
    gateway.next(name);
    expect(await send(first, soon())).toEqual({ state: 'unknown' });
    expect(await ask(first)).toEqual({ state: 'not_sent' });
  });

  it.each(Object.keys(mishaps) as (keyof typeof mishaps)[])('%s when asked leaves it unknown', async (name) => {
    const first = attempt();
    await send(first);
    gateway.next(name, 'Enquiry');
    expect(await provider.getStatus(first, soon())).toEqual({ state: 'unknown' });
  });

  it('does not listen has nothing; but one that can not be asked may have', async () => {
    await gateway.shut();
    expect(await send(attempt())).toEqual({ state: 'not_sent' });
    expect(await ask(attempt())).toEqual({ state: 'unknown' });
    await gateway.open();
  });
});

/** As a bank that counts in whole units: 19.99 for 1999 cents. */
const inDecimals = (minorUnits: number, currency: string) => {
  const digits = exponentOf(currency);
  return (minorUnits / 10 ** digits).toFixed(digits);
};

describe('Numbers and times of the bank', () => {
  it.each([
    ['EUR', 1999, '19.99'],
    ['EUR', 105_099, '1050.99'],
    ['JPY', 1999, '1999'],
    ['KWD', 1999, '1.999'],
  ])('in %s: %d minor units may be written %s', async (currency, amount, written) => {
    gateway.writes.amount = (minorUnits, code) => {
      expect(inDecimals(minorUnits, code)).toBe(written);
      return written;
    };
    const first = attempt({ currency, amount });
    expect(await send(first)).toMatchObject(settled('captured', { amount, currency }));
    expect(await ask(first)).toMatchObject(settled('captured', { amount, currency }));
  });

  it.each([
    ['EUR', 1999, '19'],
    ['EUR', 19, '19.99'],
    ['EUR', 1999, '19.9'],
    ['EUR', 1999, '19.990'],
    ['EUR', 1, '1,050.99'],
    ['EUR', 105_099, '1,050.99'],
    ['EUR', 1999, '1999abc'],
    ['EUR', 1999, '1.999'],
    ['EUR', 1999, '19,99'],
    ['EUR', 1999, '+1999'],
    ['EUR', 1999, '01999'],
    ['EUR', 1999, '1999.'],
    ['EUR', 1999, '1.999e3'],
    ['EUR', 1999, '0x7CF'],
    ['JPY', 1999, '1999.00'],
    ['KWD', 1999, '19.99'],
  ])('in %s: %d minor units written %s are not known to be captured', async (currency, amount, written) => {
    gateway.writes.amount = () => written;
    const first = attempt({ currency, amount });
    expect(await send(first)).toEqual({ state: 'unknown' });
    expect(await ask(first)).toEqual({ state: 'unknown' });
    gateway.writes.amount = (minorUnits) => minorUnits;
    expect(await ask(first)).toMatchObject(settled('captured', { amount }));
    expect(done(first)).toBe(1);
  });

  it.each(['America/New_York', 'Asia/Kolkata'])('without a zone are in UTC, also for a process in %s', async (zone) => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
      gateway.writes.time = (time) => time.toISOString().slice(0, -1);
      expect(new Date('2026-03-31T10:00:00')).not.toEqual(new Date('2026-03-31T10:00:00Z'));
      const first = attempt();
      const outcome = await send(first);
      const { processedAt } = gateway.bank.find(first.id);
      expect(outcome).toMatchObject(settled('captured', { occurredAt: processedAt }));
      const range = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) };
      const [line] = (await provider.listSettlements(range, AbortSignal.timeout(5000))).lines;
      expect(line).toMatchObject({ attemptId: first.id, settledAt: processedAt });
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });
});

const token = (created: string, password = PASSWORD, type = 'PasswordDigest') => ({
  UsernameToken: {
    Username: USERNAME,
    Password: {
      attributes: {
        Type: `http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#${type}`,
      },
      $value: createHash('sha1').update(`abc${created}${password}`).digest('base64'),
    },
    Nonce: { $value: Buffer.from('abc').toString('base64') },
    Created: created,
  },
});

describe('WS-Security', () => {
  it('keeps the password off the wire, with a nonce of its own for each message', async () => {
    await send(attempt());
    await send(attempt());
    const all = gateway.received.join('\n');
    expect(all).not.toContain('password>');
    expect(all).toContain('#PasswordDigest');
    const nonces = [...all.matchAll(/<wsse:Nonce[^>]*>([^<]+)</g)].map(([, nonce]) => nonce);
    expect(new Set(nonces).size).toBe(2);
  });

  it('with a wrong password does nothing', async () => {
    const wrong = new SoapProvider({ url: gateway.url, username: USERNAME, password: 'wrong' });
    const trouble = 'credentials_refused';
    expect(await wrong.send(attempt(), AbortSignal.timeout(5000))).toEqual({ state: 'not_sent', trouble });
    expect(await wrong.getStatus(attempt(), AbortSignal.timeout(5000))).toEqual({ state: 'unknown', trouble });
    expect(gateway.bank.entries).toEqual([]);
  });

  it('is refused by the gateway when a message is repeated', async () => {
    await send(attempt());
    const headers = { 'content-type': 'text/xml', soapaction: '"urn:till:payment-gateway:1/Authorise"' };
    const again = await fetch(gateway.url, { method: 'POST', headers, body: gateway.received[0]! });
    expect(await again.text()).toContain('FailedAuthentication');
  });

  it('is refused when the token is old, unsigned or not a digest', () => {
    const now = new Date('2026-03-31T12:00:00Z');
    const refusal = (security: unknown) => new TokenCheck(USERNAME, PASSWORD).refusal(security, now);
    expect(refusal(token('2026-03-31T11:59:00Z'))).toBeUndefined();
    expect(refusal(token('2026-03-31T11:54:59Z'))).toBe('MessageExpired');
    expect(refusal(token('2026-03-31T12:05:01Z'))).toBe('MessageExpired');
    expect(refusal(token('2026-03-31T12:00:00Z', 'wrong'))).toBe('FailedAuthentication');
    expect(refusal(token('2026-03-31T12:00:00Z', PASSWORD, 'PasswordText'))).toBe('InvalidSecurity');
    expect(refusal(undefined)).toBe('InvalidSecurity');
  });
});

describe('The statement', () => {
  it('is read page by page', async () => {
    const first = attempt();
    const reference = referenceOf(await send(first));
    await send(follow(first, reference, 'refund', 300));
    await send(attempt({ paymentMethod: 'card_declined' }));
    await send(attempt({ capture: 'manual' }));
    const settledAt = new Date();
    for (const kind of ['FEE', 'PAYOUT', 'CHARGEBACK'])
      gateway.bank.others.push({ id: `L-${kind}`, kind, amount: 25, currency: 'EUR', settledAt });
    const range = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) };
    for (const [kind, direction] of [['LOYALTY', 'DEBIT'] as const, ['BONUS', 'CREDIT'] as const])
      gateway.bank.others.push({ id: `L-${kind}`, kind, direction, amount: 7, currency: 'EUR', settledAt });
    for (const kind of ['REFUND_RETURN', 'FEE_REFUND', 'PAYOUT_RETURN'])
      gateway.bank.others.push({ id: `L-${kind}`, kind, amount: 25, currency: 'EUR', settledAt });
    const { lines, totals } = await provider.listSettlements(range, AbortSignal.timeout(5000));
    expect([...totals]).toEqual([['EUR', 700]]);
    expect(lines).toMatchObject([
      { kind: 'capture', attemptId: first.id, reference, amount: 1000, currency: 'EUR' },
      { kind: 'refund', reference, amount: 300 },
      { id: 'L-FEE', kind: 'fee', attemptId: null, reference: null, amount: 25, settledAt },
      { kind: 'payout' },
      { kind: 'dispute' },
      { kind: 'other_debit', type: 'LOYALTY', amount: 7 },
      { kind: 'other_credit', type: 'BONUS', amount: 7 },
      { kind: 'refund_reversal' },
      { kind: 'fee_refund' },
      { kind: 'payout_reversal' },
    ]);
    const later = { from: range.to, to: new Date(range.to.getTime() + 1) };
    expect((await provider.listSettlements(later, AbortSignal.timeout(5000))).lines).toEqual([]);
    gateway.bank.others.push({ id: 'L-Y', kind: 'RIDDLE', amount: 5, currency: 'EUR', settledAt });
    const guess = provider.listSettlements(range, AbortSignal.timeout(5000));
    await expect(guess).rejects.toThrow('the unknown kind RIDDLE and no direction');
  });

  it('has one notation in all of its lines', async () => {
    const range = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) };
    const statement = async () => (await provider.listSettlements(range, AbortSignal.timeout(5000))).lines;
    const fee = (amount: number, currency = 'EUR') =>
      gateway.bank.others.push({ id: `L-${amount}`, kind: 'FEE', amount, currency, settledAt: new Date() });
    [1999, 2000, 0].forEach((amount) => fee(amount));
    fee(500, 'JPY');
    const amounts = [1999, 2000, 0, 500].map((amount) => ({ amount }));
    expect(await statement()).toMatchObject(amounts);
    gateway.writes.amount = inDecimals;
    expect(await statement()).toMatchObject(amounts);
    // A bank that leaves out zeros writes 20 for 20.00, which would be 0.20 in minor units.
    gateway.writes.amount = (minorUnits, currency) => inDecimals(minorUnits, currency).replace(/\.00$/, '');
    await expect(statement()).rejects.toThrow('amounts in minor units and amounts as decimal numbers');
  });

  it.each([
    ['amount', { amount: () => '1,050.99' }],
    ['time', { time: () => '2026-02-30T10:00:00Z' }],
  ])('with an %s that is none is not read', async (what, writes) => {
    await send(attempt());
    Object.assign(gateway.writes, writes);
    const range = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) };
    await expect(provider.listSettlements(range, AbortSignal.timeout(5000))).rejects.toThrow(
      `is no ${what} as the WSDL describes it`,
    );
  });

  it('is not half read', async () => {
    await send(attempt());
    gateway.next('breaksOff', 'Statement');
    const range = { from: new Date(0), to: new Date() };
    await expect(provider.listSettlements(range, AbortSignal.timeout(5000))).rejects.toThrow("can't be read");
  });
});
