import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeId } from '../../../../src/shared/ids.js';
import type { ProviderAttempt } from '../../../../src/payments/providers/provider.js';
import { StripeProvider } from '../../../../src/payments/providers/stripe/stripe.provider.js';
import { StripeFailure } from '../../../../tools/provider-kit/stripe/failure.js';
import { authorization, following, idsOf, openShop, type Shop, told } from './support.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop?.close());

const captured = [{ type: 'captured', amount: 1999, currency: 'EUR' }];
const authorized = [{ type: 'authorized', amount: 1999, currency: 'EUR' }];
/** What the bank was asked for an attempt. */
const charges = ({ id }: ProviderAttempt) =>
  [...shop.stub.account.intents.kept.values()].filter(
    ({ intent, charge }) => charge && intent.metadata['till_attempt'] === encodeId('att', id),
  );

describe('an authorization', () => {
  it('captures in the same step, and has the intent as its reference', async () => {
    const outcome = await shop.send(authorization());
    expect(told(outcome)).toEqual(captured);
    expect(outcome.reference).toMatch(/^pi_/);
  });

  it('only holds the money when it is manual', async () => {
    const attempt = authorization({ capture: 'manual' });
    const outcome = await shop.send(attempt);
    expect(told(outcome)).toEqual(authorized);
    expect(told(await shop.ask({ ...attempt, reference: outcome.reference! }))).toEqual(authorized);
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', false],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds', true],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', false],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', true],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', false],
  ])('with %s is declined: %s', async (paymentMethod, code, retryable) => {
    const attempt = authorization({ paymentMethod });
    const outcome = await shop.send(attempt);
    expect(told(outcome)).toEqual([{ type: 'declined', amount: 1999, currency: 'EUR', decline: { code, retryable } }]);
    const asked = await shop.ask({ ...attempt, reference: outcome.reference! });
    expect(idsOf(asked)).toEqual(idsOf(outcome));
  });

  it.each([
    ['a payment method that does not exist', { paymentMethod: 'pm_none' }, 'resource_missing'],
    ['an amount below the least', { amount: 49 }, 'amount_too_small'],
    ['an amount that Stripe can not write', { amount: 5124, currency: 'KWD' }, 'amount_not_supported'],
    ['a currency whose units are in doubt', { currency: 'UGX' }, 'currency_not_supported'],
  ])('of %s is declined', async (_, given, code) => {
    const outcome = await shop.send(authorization(given));
    expect(told(outcome)).toMatchObject([{ type: 'declined', decline: { code, retryable: false } }]);
  });

  it('tells where the shopper must go, and comes back to the shop', async () => {
    const attempt = authorization({ paymentMethod: 'pm_card_authenticationRequired' });
    const outcome = await shop.send(attempt);
    expect(outcome).toMatchObject({ state: 'requires_action', reference: expect.stringMatching(/^pi_/) });
    const { url } = outcome as { url: string };
    const page = await fetch(`${url}?decision=approve`, { redirect: 'manual' });
    const back = new URL(page.headers.get('location')!);
    expect(back.origin).toBe('https://shop.example');
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      lang: 'en',
      payment: expect.stringMatching(/^pay_/),
    });
    expect(told(await shop.ask({ ...attempt, reference: outcome.reference! }))).toEqual(captured);
  });

  it('is declined when the shopper refuses', async () => {
    const attempt = authorization({ paymentMethod: 'pm_card_authenticationRequired' });
    const outcome = await shop.send(attempt);
    await fetch(`${(outcome as { url: string }).url}?decision=refuse`, { redirect: 'manual' });
    expect(told(await shop.ask({ ...attempt, reference: outcome.reference! }))).toMatchObject([
      { type: 'declined', decline: { code: 'payment_intent_authentication_failure', retryable: true } },
    ]);
  });

  it('of whole units is sent in the units of Stripe, and comes back in those of ISO 4217', async () => {
    const outcome = await shop.send(authorization({ amount: 2500, currency: 'ISK' }));
    expect(shop.stub.account.intents.get(outcome.reference!).intent.amount).toBe(250_000);
    expect(told(outcome)).toEqual([{ type: 'captured', amount: 2500, currency: 'ISK' }]);
  });
});

describe('a call without an answer', () => {
  it.each([
    ['create', 'unanswered', /payment_intents$/, 'not_sent'],
    ['create', 'lost', /payment_intents$/, 'not_sent'],
    ['confirm', 'unanswered', /confirm$/, captured],
    ['confirm', 'lost', /confirm$/, 'not_sent'],
    ['confirm', 'cut', /confirm$/, captured],
  ] as const)('to %s (%s) is unknown until it is asked after, and charges once', async (_, fault, line, truth) => {
    const attempt = authorization();
    shop.stub.arm(line, fault);
    expect((await shop.send(attempt)).state).toBe('unknown');
    await shop.stub.heal();
    expect(told(await shop.ask(attempt))).toEqual(truth);
    expect(told(await shop.send(attempt))).toEqual(captured);
    expect(charges(attempt)).toHaveLength(1);
  });

  it('moves no money when it is asked after, and finds the intent when Stripe has forgotten the key', async () => {
    const attempt = authorization();
    shop.stub.arm(/confirm$/, 'lost');
    await shop.send(attempt);
    await shop.stub.heal();
    await shop.ask(attempt);
    expect(charges(attempt)).toEqual([]);

    const yesterday = authorization({ id: `0192f0c1${attempt.id.slice(8)}` as ProviderAttempt['id'] });
    await shop.send(yesterday);
    shop.stub.keys.forgetAll();
    expect(told(await shop.ask(yesterday))).toEqual(captured);
    expect(shop.stub.requests.at(-1)).toBe('GET /v1/payment_intents/search');
    expect(charges(yesterday)).toHaveLength(1);
  });

  it.each([
    [500, 'api_error', 'unknown'],
    [409, 'idempotency_error', 'unknown'],
    [400, 'idempotency_error', 'unknown'],
    [429, 'invalid_request_error', 'not_sent'],
    [401, 'invalid_request_error', 'not_sent'],
    [403, 'invalid_request_error', 'not_sent'],
  ])('but %d %s is %s', async (status, type, state) => {
    shop.stub.arm(/confirm$/, new StripeFailure(status, { type, message: 'No.' }));
    expect((await shop.send(authorization())).state).toBe(state);
  });

  it('was not sent when nothing listens', async () => {
    await shop.stub.refuseConnections();
    expect(await shop.send(authorization())).toEqual({ state: 'not_sent' });
    await shop.stub.heal();
  });

  it.each([401, 403, 429])('stays unknown when the question is answered %d', async (status) => {
    const attempt = await shop.authorized();
    shop.stub.arm(/^GET /, new StripeFailure(status, { type: 'invalid_request_error', message: 'No.' }));
    expect((await shop.ask(attempt)).state).toBe('unknown');
  });

  it('stays unknown when nothing listens to the question', async () => {
    const attempt = await shop.authorized();
    await shop.stub.refuseConnections();
    expect(await shop.ask(attempt)).toEqual({ state: 'unknown' });
    await shop.stub.heal();
  });

  it('stays unknown when the question is refused, as with the key of another account', async () => {
    const attempt = await shop.authorized();
    expect(await shop.ask({ ...attempt, reference: 'pi_of_another_account' })).toEqual({ state: 'unknown' });
  });

  it('sends nothing after its time is over', async () => {
    const attempt = authorization();
    shop.stub.arm(/payment_intents$/, 'lost');
    await shop.send(attempt);
    await shop.stub.heal();
    expect(shop.stub.requests.at(-1)).toBe('POST /v1/payment_intents');
  });
});

describe('what follows an authorization', () => {
  it('captures a part, and lets go of the rest', async () => {
    const first = await shop.authorized();
    const capture = following(first, 'capture', 1500);
    expect(told(await shop.send(capture))).toEqual([{ type: 'captured', amount: 1500, currency: 'EUR' }]);
    expect(told(await shop.ask(capture))).toEqual([{ type: 'captured', amount: 1500, currency: 'EUR' }]);
    expect(told(await shop.send(following(first, 'capture', 499)))).toMatchObject([{ type: 'capture_failed' }]);
    expect(told(await shop.send(following(first, 'void', 499)))).toEqual([
      { type: 'voided', amount: 499, currency: 'EUR' },
    ]);
  });

  it('voids all of it, or nothing', async () => {
    const first = await shop.authorized();
    expect(told(await shop.send(following(first, 'void', 500)))).toMatchObject([{ type: 'void_failed', amount: 500 }]);
    const all = following(first, 'void');
    expect(told(await shop.send(all))).toEqual([{ type: 'voided', amount: 1999, currency: 'EUR' }]);
    expect(idsOf(await shop.ask(all))).toEqual([`${first.reference}:canceled`]);
    expect(told(await shop.send(following(first, 'capture')))).toMatchObject([{ type: 'capture_failed' }]);
    expect(told(await shop.ask(following(first, 'capture')))).toMatchObject([{ type: 'capture_failed' }]);
  });

  it('refunds parts up to what was captured', async () => {
    const attempt = authorization();
    const { reference } = await shop.send(attempt);
    const paid = { ...attempt, reference: reference! };
    const part = following(paid, 'refund', 1000);
    const done = await shop.send(part);
    expect(told(done)).toEqual([{ type: 'refunded', amount: 1000, currency: 'EUR' }]);
    expect(idsOf(await shop.ask(part))).toEqual(idsOf(done));
    expect(told(await shop.send(following(paid, 'refund', 1000)))).toMatchObject([{ type: 'refund_failed' }]);
    expect(told(await shop.send(following(paid, 'refund', 999)))).toMatchObject([{ type: 'refunded', amount: 999 }]);
    expect(await shop.ask(following(paid, 'refund', 1))).toEqual({ state: 'not_sent' });
  });

  it('is what the intent says, when Stripe has forgotten the key of a repeat', async () => {
    const capture = following(await shop.authorized(), 'capture');
    const first = await shop.send(capture);
    shop.stub.keys.forgetAll();
    expect(idsOf(await shop.send(capture))).toEqual(idsOf(first));
  });
});

describe('secrets', () => {
  it('leave by no error', async () => {
    const stranger = new StripeProvider({ ...shop.settings, secretKey: 'sk_test_of_nobody' });
    const range = { from: new Date(0), to: new Date() };
    const error: unknown = await stranger
      .listSettlements(range, AbortSignal.timeout(500))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('sk_test_of_nobody');
  });
});
