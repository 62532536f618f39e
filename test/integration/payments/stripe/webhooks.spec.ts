import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderNotification } from '../../../../src/payments/providers/provider.js';
import { StripeProvider } from '../../../../src/payments/providers/stripe/stripe.provider.js';
import { authorization, following, idsOf, openShop, type Shop } from './support.js';

const secrets = ['whsec_old_Yv3kT0pQ', 'whsec_new_2fQb8sLz'];
const provider = new StripeProvider({
  secretKey: 'sk_test_till',
  webhookSecrets: secrets,
  returnUrl: 'https://shop.example/',
});
const { verify, parse } = provider.webhooks!;

describe('the signature of a webhook', () => {
  const payload = JSON.stringify(
    { id: 'evt_1', object: 'event', type: 'ping', created: 1, data: { object: {} } },
    undefined,
    2,
  );
  const raw = Buffer.from(payload);
  const at = new Date('2026-11-22T12:00:00Z');
  const timestamp = at.getTime() / 1000;
  /** As Stripe's own SDK computes it. */
  const signed = (secret: string) => new Stripe('sk').webhooks.generateTestHeaderString({ payload, secret, timestamp });
  const check =
    (body: Buffer, header: string | undefined, now = at) =>
    () =>
      verify(body, { 'stripe-signature': header }, now);

  it.each(secrets)('by any secret in use is taken: %s', (secret) => {
    expect(check(raw, signed(secret))).not.toThrow();
  });

  it('is taken among others, as while a secret is replaced', () => {
    const both = `${signed('whsec_gone')},v1=${signed(secrets[1]!).split('v1=')[1]}`;
    expect(check(raw, both)).not.toThrow();
  });

  it('is over the bytes: the same JSON written otherwise is refused', () => {
    expect(check(Buffer.from(JSON.stringify(JSON.parse(payload))), signed(secrets[0]!))).toThrow('fits none');
  });

  it('is refused after one byte has changed', () => {
    const altered = Buffer.from(raw);
    altered[altered.length - 3]! ^= 1;
    expect(check(altered, signed(secrets[0]!))).toThrow('fits none');
  });

  it.each([
    ['by another secret', signed('whsec_of_somebody_else')],
    ['of another scheme', signed(secrets[0]!).replace('v1=', 'v0=')],
    ['with another time', signed(secrets[0]!).replace(`t=${timestamp}`, `t=${timestamp + 1}`)],
    ['that is no header', 'nonsense'],
    ['that is missing', undefined],
  ])('%s is refused', (_, header) => {
    expect(check(raw, header)).toThrow('was not taken');
  });

  it('is refused when it is older than 300 s', () => {
    expect(check(raw, signed(secrets[0]!), new Date(at.getTime() + 300_000))).not.toThrow();
    expect(check(raw, signed(secrets[0]!), new Date(at.getTime() + 301_000))).toThrow('too old');
  });

  it.each([
    ['no JSON', '{'],
    ['no event', '{"object":"charge","id":"ch_1"}'],
    ['null', 'null'],
  ])('may be right, and the body %s', (_, body) => {
    expect(() => parse(Buffer.from(body))).toThrow("can't be read");
  });
});

describe('what webhooks say', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  /** All notices about an intent, by id: an event that says the same again adds nothing. */
  const noticesAbout = (reference: string): Map<string, ProviderNotification> => {
    const events = shop.stub.account.journal.events.filter(({ about }) => about === reference);
    return new Map(
      events.flatMap(({ raw }) => parse(raw).notifications).map((notice) => [notice.providerEventId, notice]),
    );
  };
  const summary = (reference: string) =>
    [...noticesAbout(reference).values()].map(({ type, amount, attemptId }) => ({ type, amount, attemptId }));

  it('is the same as the answers said, under the same ids', async () => {
    const first = await shop.authorized();
    const capture = following(first, 'capture');
    const refund = following(first, 'refund', 500);
    const [captured, refunded] = [await shop.send(capture), await shop.send(refund)];
    expect([...noticesAbout(first.reference).keys()]).toEqual([
      ...idsOf(await shop.ask(first)),
      ...idsOf(captured),
      ...idsOf(refunded),
    ]);
    expect(summary(first.reference)).toEqual([
      { type: 'authorized', amount: 1999, attemptId: first.id },
      { type: 'captured', amount: 1999, attemptId: capture.id },
      { type: 'refunded', amount: 500, attemptId: refund.id },
    ]);
  });

  it('is a decline with the same id', async () => {
    const attempt = authorization({ paymentMethod: 'pm_card_chargeDeclined' });
    const outcome = await shop.send(attempt);
    expect([...noticesAbout(outcome.reference!).keys()]).toEqual(idsOf(outcome));
  });

  it('is a refund that somebody made at the dashboard', async () => {
    const { reference } = await shop.send(authorization());
    await new Stripe(shop.stub.secretKey, addressOf(shop)).refunds.create({ payment_intent: reference!, amount: 700 });
    expect(summary(reference!).at(-1)).toEqual({ type: 'refunded', amount: 700, attemptId: null });
  });

  it('is an authorization that grew too old, or that somebody gave up at the dashboard', async () => {
    const [old, given] = [await shop.authorized(), await shop.authorized()];
    shop.stub.account.intents.cancel(old.reference, 'automatic', shop.stub.asStripe());
    shop.stub.account.intents.cancel(given.reference, 'requested_by_customer', shop.stub.asStripe());
    expect(summary(old.reference).at(-1)).toEqual({ type: 'expired', amount: 1999, attemptId: null });
    expect(summary(given.reference).at(-1)).toEqual({ type: 'voided', amount: 1999, attemptId: null });
  });

  it('is what a partial capture leaves over', async () => {
    const first = await shop.authorized();
    await shop.send(following(first, 'capture', 1500));
    expect(summary(first.reference).at(-1)).toEqual({ type: 'expired', amount: 499, attemptId: null });
  });

  it('is a dispute, once for each step that it takes', async () => {
    const { reference } = await shop.send(authorization({ paymentMethod: 'pm_card_createDispute' }));
    const { id } = shop.stub.account.refunds.disputes.at(-1)!;
    shop.stub.account.refunds.decide(id, 'won', shop.stub.asStripe());
    const notices = [...noticesAbout(reference!).values()].filter(({ dispute }) => dispute === id);
    // Two webhooks report the decision, each with the event of its second.
    const steps = new Map(notices.map(({ providerEventId, type, amount }) => [type, { providerEventId, amount }]));
    const decided = expect.stringMatching(new RegExp(`^${id}:won:\\d+$`)) as string;
    expect([...steps]).toEqual([
      ['dispute_opened', { providerEventId: `${id}:opened`, amount: 1999 }],
      ['dispute_won', { providerEventId: decided, amount: 1999 }],
    ]);
  });

  it('is nothing about what others do on the same account, and about inquiries', async () => {
    const { reference } = await shop.send(authorization());
    const { intent } = shop.stub.account.intents.get(reference!);
    expect(parse(event({ ...intent, metadata: {} })).notifications).toEqual([]);
    expect(parse(event({ object: 'customer' })).notifications).toEqual([]);
    expect(parse(event({ object: 'dispute', id: 'du', status: 'warning_needs_response' })).notifications).toEqual([]);
  });
});

describe('settlements', () => {
  it('are captures, refunds, disputes and payouts, with a line for each fee', async () => {
    const shop = await openShop();
    try {
      const attempt = authorization({ paymentMethod: 'pm_card_createDispute' });
      const { reference } = await shop.send(attempt);
      const other = authorization();
      const paid = { ...other, reference: (await shop.send(other)).reference! };
      const refund = following(paid, 'refund', 500);
      await shop.send(refund);
      shop.stub.account.payOut(1000, 'eur');
      const range = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) };
      const { lines, totals } = await shop.provider.listSettlements(range, AbortSignal.timeout(2000));
      expect(
        lines.map(({ kind, amount, attemptId, reference: of }) => ({ kind, amount, attemptId, of })).toReversed(),
      ).toEqual([
        { kind: 'fee', amount: 55, attemptId: attempt.id, of: reference },
        { kind: 'capture', amount: 1999, attemptId: attempt.id, of: reference },
        { kind: 'fee', amount: 2000, attemptId: null, of: reference },
        { kind: 'dispute', amount: 1999, attemptId: null, of: reference },
        { kind: 'fee', amount: 55, attemptId: other.id, of: paid.reference },
        { kind: 'capture', amount: 1999, attemptId: other.id, of: paid.reference },
        { kind: 'refund', amount: 500, attemptId: refund.id, of: paid.reference },
        { kind: 'payout', amount: 1000, attemptId: null, of: null },
      ]);
      expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
      const before = { from: new Date(0), to: new Date(Date.now() - 60_000) };
      expect([...totals]).toEqual([['EUR', 1999 - 55 - 1999 - 2000 + 1999 - 55 - 500 - 1000]]);
      expect((await shop.provider.listSettlements(before, AbortSignal.timeout(2000))).lines).toEqual([]);
    } finally {
      await shop.close();
    }
  });
});

/** A webhook's body about this object. */
function event(object: object): Buffer {
  return Buffer.from(JSON.stringify({ id: 'evt', object: 'event', type: 't', created: 1, data: { object } }));
}

function addressOf({ stub }: Shop) {
  const { hostname: host, port } = new URL(stub.url);
  return { host, port, protocol: 'http' as const };
}
