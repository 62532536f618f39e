import { randomUUID } from 'node:crypto';
import { Stripe } from 'stripe';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { Logger } from '../../../src/platform/logging/index.js';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { Clock } from '../../../src/shared/clock.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody } from '../../support/bodies.js';
import { startApi } from '../../support/api.js';
import { api, finance, place, refundsOf, scenario, shopper, worker } from '../../support/scenario.js';
import type { SentEvent } from '../../../tools/provider-kit/stripe/journal.js';
import { StripeFailure } from '../../../tools/provider-kit/stripe/failure.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';

const SECRET = 'whsec_e2e_4nT9uWqX';
const PATIENCE = { timeout: 10_000 };

let stub: StripeStub;
const env = async () => {
  stub = await StripeStub.start();
  const webhooks = { STRIPE_WEBHOOK_SECRETS: `whsec_retired_7Hc2Lp,${SECRET}` };
  return { ...webhooks, STRIPE_SECRET_KEY: stub.secretKey, STRIPE_API_URL: stub.url };
};
scenario({ env, worker: true, people: ['shopper', 'finance'], mugs: 1000, unchecked: true });
afterAll(() => stub?.close());

const payWith = async (order: OrderBody, paymentMethod: string, given: object = {}): Promise<PaymentBody> =>
  (await api.pay(shopper, order, { provider: 'stripe', paymentMethod, ...given })).body;
const pay = async (paymentMethod: string, given: object = {}) => payWith(await place(), paymentMethod, given);
const capture = ({ id }: PaymentBody, body: object) =>
  api.post<PaymentBody>(`/v1/payments/${id}/captures`, { token: finance.token, body });
const intentOf = ({ id }: PaymentBody) =>
  [...stub.account.intents.kept.values()].find(({ intent }) => intent.metadata['till_payment'] === id)!;
const suffixOf = async (given: object) => intentOf(await pay('pm_card_visa', given)).intent.statement_descriptor_suffix;
const eventsAbout = (payment: PaymentBody) =>
  stub.account.journal.events.filter(({ about }) => about === intentOf(payment).intent.id);

async function deliver({ raw }: SentEvent, secret = SECRET): Promise<number> {
  const signature = new Stripe('sk').webhooks.generateTestHeaderString({ payload: raw.toString(), secret });
  const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature };
  const sent = { method: 'POST', headers, body: new Uint8Array(raw) };
  return (await fetch(`${api.url}/v1/providers/stripe/webhooks`, sent)).status;
}

const webhooksKept = () => api.sql(`SELECT count(*)::int AS n FROM provider_webhooks`);

/** Every webhook about a payment, newest first, each three times at once. */
async function deliverAll(payment: PaymentBody): Promise<void> {
  for (const event of eventsAbout(payment).toReversed()) {
    expect(await Promise.all([deliver(event), deliver(event), deliver(event)])).toEqual([200, 200, 200]);
  }
}

/** The states of the webhooks about a payment that were received. */
async function webhookStates(payment: PaymentBody): Promise<unknown[]> {
  const about = [Buffer.from(`%${intentOf(payment).intent.id}%`)];
  const rows = await api.sql(`SELECT state FROM provider_webhooks WHERE raw LIKE $1 ORDER BY id`, about);
  return rows.map(({ state }) => state);
}

/** The worker asks after what is open an hour from now. */
async function resolveLater(): Promise<void> {
  await api.passTime(3600);
  await worker.get(AttemptResolutionJob).tick();
}

const stripeHealth = async () => {
  const { details } = (await (await fetch(`${api.url}/health/ready`)).json()) as { details: Record<string, object> };
  return details['provider:stripe'];
};
const isUp = async () =>
  (await (await fetch(`${api.url}/metrics`)).text()).includes('till_provider_up{provider="stripe"} 1');

const stateOf = async ({ id }: PaymentBody) =>
  (await api.sql('SELECT state FROM payment_attempts WHERE payment_id = $1', [decodeId('pay', id)]))[0]?.['state'];
const statusAtStripe = (payment: PaymentBody) => intentOf(payment).intent.status;
const becomes = (payment: PaymentBody, expected: object) =>
  expect.poll(() => api.paymentOf(payment), PATIENCE).toMatchObject(expected);

/** Nothing is left in the inbox, and the ledger agrees. */
async function assertAllIsTold(payment: PaymentBody): Promise<void> {
  const [{ due } = {}] = await api.sql(
    `SELECT count(*)::int AS due FROM provider_webhooks WHERE state NOT IN ('applied', 'ignored') AND raw LIKE $1`,
    [Buffer.from(`%${intentOf(payment).intent.id}%`)],
  );
  expect(due).toBe(0);
  expect(await api.proof()).toMatchObject({ balanced: true });
}

const refundOf = (payment: PaymentBody) =>
  stub.account.refunds.kept.find(({ payment_intent: of }) => of === intentOf(payment).intent.id)!;
const failLater = (payment: PaymentBody) => stub.account.refunds.fail(refundOf(payment), stub.asStripe());
const refundEntries = ({ orderId }: PaymentBody) =>
  api.sql(
    `SELECT t.kind, a.code, e.amount::int FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
     JOIN ledger_accounts a ON a.id = e.account_id WHERE t.order_id = $1 AND t.kind LIKE 'refund%' ORDER BY t.id, e.position`,
    [decodeId('ord', orderId)],
  );
const clearing = 'provider_clearing:stripe';
const postings = (amount: number) => [
  { kind: 'refund', code: 'refunds', amount },
  { kind: 'refund', code: clearing, amount: -amount },
  { kind: 'refund_reversal', code: clearing, amount },
  { kind: 'refund_reversal', code: 'refunds', amount: -amount },
];
const storyOf = async ({ orderId }: PaymentBody) => {
  const { body } = await api.get<PageBody<{ type: string; data: object }>>(
    `/v1/orders/${orderId}/timeline?limit=100`,
    finance,
  );
  return body.data.filter(({ type }) => type.startsWith('refund.')).map(({ type, data }) => ({ type, data }));
};

describe('An order paid through Stripe', () => {
  it('stands on the statement under its descriptor, behind what the account says there', async () => {
    expect(await suffixOf({ statementDescriptor: 'ORDER 1001' })).toBe('ORDER 1001');
    expect(await suffixOf({})).toBeNull();
  });

  it('is captured at once, and its webhooks change nothing', async () => {
    const payment = await pay('pm_card_visa');
    expect(payment).toMatchObject({ status: 'captured', provider: 'stripe', capturedAmount: 1000 });
    await deliverAll(payment);
    await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
    await becomes(payment, { status: 'captured', capturedAmount: 1000 });
  });

  it('is captured in part; what Stripe releases is given up', async () => {
    const payment = await pay('pm_card_visa', { capture: 'manual' });
    expect(payment.status).toBe('authorized');
    await api.post(`/v1/payments/${payment.id}/captures`, { token: finance.token, body: { amount: 600 } });
    await deliverAll(payment);
    await becomes(payment, { status: 'captured', authorizedAmount: 1000, capturedAmount: 600 });
    expect((await api.refund(finance, payment, { amount: 200 })).body).toMatchObject({ status: 'succeeded' });
    await deliverAll(payment);
    await becomes(payment, { status: 'partially_refunded', refundedAmount: 200 });
    await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
  });

  it('is captured once: another capture is refused before Stripe is called', async () => {
    const payment = await pay('pm_card_visa', { capture: 'manual' });
    expect(await capture(payment, { amount: 600 })).toMatchObject({ status: 201, body: { capturedAmount: 600 } });
    const calls = stub.requests.length;
    expect(await capture(payment, { amount: 100 })).toMatchObject({ status: 409, body: { code: 'captured_once' } });
    expect(stub.requests.length).toBe(calls);
    expect(await api.paymentOf(payment)).toMatchObject({ capturedAmount: 600 });
  });

  it.each([
    ['captures', /\/capture$/, 'payment.capture_failed', { status: 'captured', capturedAmount: 1000 }],
    ['cancellation', /\/cancel$/, 'payment.cancellation_failed', { status: 'cancelled', capturedAmount: 0 }],
  ])('says when Stripe refuses: %s', async (action, request, event, after) => {
    const order = await place();
    const payment = await payWith(order, 'pm_card_visa', { capture: 'manual' });
    const refusal = { type: 'invalid_request_error', code: 'charge_not_capturable', message: 'No.' };
    stub.arm(request, new StripeFailure(400, refusal, true));
    const key = randomUUID();
    const send = (options: object) =>
      api.post(`/v1/payments/${payment.id}/${action}`, { token: finance.token, ...options });
    const body = action === 'captures' ? { body: {} } : { body: undefined };
    const refused = await send({ key, ...body });
    expect(refused).toMatchObject({ status: 409, body: { code: 'operation_refused' } });
    const calls = stub.requests.length;
    expect(await send({ key, ...body })).toMatchObject({ status: 409, body: refused.body });
    expect(stub.requests.length).toBe(calls);
    const authorized = { status: 'authorized', authorizedAmount: 1000, capturedAmount: 0 };
    expect(await api.paymentOf(payment)).toMatchObject(authorized);
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'authorized' });
    const timeline = await api.get<PageBody<{ type: string }>>(`/v1/orders/${order.id}/timeline`, finance);
    const types = timeline.body.data.map(({ type }) => type);
    expect(types).toContain(event);
    expect(types).not.toContain('ledger.posted');
    expect(await send(body)).toMatchObject({ status: 201, body: after });
    expect(await api.proof()).toMatchObject({ balanced: true });
  });

  it('is cancelled there too', async () => {
    const payment = await pay('pm_card_visa', { capture: 'manual' });
    await api.post(`/v1/payments/${payment.id}/cancellation`, { token: finance.token });
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'cancelled' });
    expect(intentOf(payment).intent.status).toBe('canceled');
  });

  it('is declined with the reason of the bank', async () => {
    const payment = await pay('pm_card_chargeDeclinedInsufficientFunds');
    expect(payment).toMatchObject({ status: 'declined', decline: { code: 'insufficient_funds', retryable: true } });
    await deliverAll(payment);
    await becomes(payment, { status: 'declined' });
  });

  it('waits for the shopper, and is told by webhook that they approved', async () => {
    const payment = await pay('pm_card_authenticationRequired');
    expect(payment).toMatchObject({ status: 'requires_action', nextAction: { type: 'redirect' } });
    const { url } = (payment as PaymentBody & { nextAction: { url: string } }).nextAction;
    await fetch(`${url}?decision=approve`, { redirect: 'manual' });
    await deliverAll(payment);
    await becomes(payment, { status: 'captured', nextAction: null });
  });

  it('is charged once when Stripe does not answer, which the resolver finds out', async () => {
    stub.arm(/confirm$/, 'cut');
    const payment = await pay('pm_card_visa');
    expect(payment.status).toBe('processing');
    worker.get(Clock).now = () => new Date(Date.now() + 60_000);
    await worker.get(AttemptResolutionJob).tick();
    worker.get(Clock).now = () => new Date();
    await becomes(payment, { status: 'captured' });
    expect(stub.requests.filter((line) => line.endsWith(`${intentOf(payment).intent.id}/confirm`))).toHaveLength(1);
  });

  it('shows a refund that was made at the dashboard', async () => {
    const payment = await pay('pm_card_visa');
    const { hostname: host, port } = new URL(stub.url);
    const dashboard = new Stripe(stub.secretKey, { host, port, protocol: 'http' });
    await dashboard.refunds.create({ payment_intent: intentOf(payment).intent.id, amount: 300 });
    await deliverAll(payment);
    await becomes(payment, { status: 'partially_refunded', refundedAmount: 300 });
    await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
  });

  describe('has a refund that fails days after it succeeded:', () => {
    it('the refund is failed, its money can be refunded again, and everybody can see it', async () => {
      const payment = await pay('pm_card_visa');
      const order = { id: payment.orderId };
      expect((await api.refund(finance, payment)).body).toMatchObject({ status: 'succeeded', amount: 1000 });
      expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'refunded' });
      failLater(payment);
      await deliverAll(payment);
      await becomes(payment, { status: 'captured', refundedAmount: 0, capturedAmount: 1000 });
      expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
      expect(await refundsOf(payment)).toMatchObject([{ amount: 1000, status: 'failed' }]);
      expect(await refundEntries(payment)).toEqual(postings(1000));
      expect(await storyOf(payment)).toMatchObject([
        { type: 'refund.failed', data: { amount: 1000, reversed: true, status: 'captured' } },
        { type: 'refund.succeeded', data: { amount: 1000 } },
      ]);
      await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
      expect((await api.refund(finance, payment, { amount: 400 })).body).toMatchObject({ status: 'succeeded' });
      await becomes(payment, { status: 'partially_refunded', refundedAmount: 400 });
      expect(await api.proof()).toMatchObject({ balanced: true });
    });

    it('a part of it, and what the order may keep is as before', async () => {
      const payment = await pay('pm_card_visa');
      await api.refund(finance, payment, { amount: 300 });
      failLater(payment);
      await deliverAll(payment);
      await becomes(payment, { status: 'captured', refundedAmount: 0 });
      const agreed = `SELECT agreed_amount AS agreed FROM orders WHERE id = $1`;
      expect(await api.sql(agreed, [decodeId('ord', payment.orderId)])).toEqual([{ agreed: null }]);
      expect(await api.proof()).toMatchObject({ balanced: true });
    });

    it('one that was made at the dashboard, told in any order', async () => {
      const payment = await pay('pm_card_visa');
      const { hostname: host, port } = new URL(stub.url);
      const dashboard = new Stripe(stub.secretKey, { host, port, protocol: 'http' });
      await dashboard.refunds.create({ payment_intent: intentOf(payment).intent.id, amount: 300 });
      await deliverAll(payment);
      await becomes(payment, { refundedAmount: 300 });
      failLater(payment);
      await deliverAll(payment);
      await becomes(payment, { status: 'captured', refundedAmount: 0 });
      expect(await refundsOf(payment)).toMatchObject([{ amount: 300, status: 'failed' }]);
      expect(await refundEntries(payment)).toEqual(postings(300));
      await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
    });

    it('one whose success was never told is posted with its end', async () => {
      const payment = await pay('pm_card_visa');
      stub.arm(/^POST \/v1\/refunds$/, 'cut');
      expect((await api.refund(finance, payment, { amount: 300 })).body).toMatchObject({ status: 'pending' });
      failLater(payment);
      const failed = eventsAbout(payment).findLast(({ type }) => type === 'refund.failed')!;
      expect(await deliver(failed)).toBe(200);
      await expect.poll(() => refundsOf(payment), PATIENCE).toMatchObject([{ amount: 300, status: 'failed' }]);
      await becomes(payment, { status: 'captured', refundedAmount: 0 });
      expect(await refundEntries(payment)).toEqual(postings(300));
      await deliverAll(payment);
      await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
      await becomes(payment, { status: 'captured', refundedAmount: 0 });
    });

    it('one of a cancelled order is left to people, who find it on their list', async () => {
      const payment = await pay('pm_card_visa');
      await api.post(`/v1/orders/${payment.orderId}/cancellation`, { token: shopper.token });
      await becomes(payment, { status: 'refunded' });
      failLater(payment);
      await deliverAll(payment);
      await becomes(payment, { status: 'captured', refundedAmount: 0 });
      const obligation = `SELECT state FROM obligations WHERE order_id = $1 AND state <> 'settled'`;
      const id = [decodeId('ord', payment.orderId)];
      await expect.poll(() => api.sql(obligation, id), PATIENCE).toEqual([{ state: 'handed_over' }]);
      const [refund] = await refundsOf(payment);
      expect(refund).toMatchObject({ amount: 1000, status: 'failed' });
      expect(await api.proof()).toMatchObject({ balanced: true });
      const again = await api.post(`/v1/refunds/${refund!.id}/retries`, { token: finance.token });
      expect(again).toMatchObject({ status: 201, body: { status: 'succeeded' } });
      await becomes(payment, { status: 'refunded' });
      expect(await api.proof()).toMatchObject({ balanced: true });
    });
  });

  it('shows a dispute, and the books agree', async () => {
    const payment = await pay('pm_card_createDispute');
    const dispute = stub.account.refunds.disputes.find(({ payment_intent: of }) => of === intentOf(payment).intent.id)!;
    stub.account.refunds.decide(dispute.id, 'lost', stub.asStripe());
    await deliverAll(payment);
    const types = `SELECT DISTINCT type FROM events WHERE type LIKE 'dispute.%' AND created_at > now() - interval '1 minute' ORDER BY 1`;
    await expect.poll(() => api.sql(types), PATIENCE).toEqual([{ type: 'dispute.closed' }, { type: 'dispute.opened' }]);
    await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
  });

  it.each(['2020-08-27', '2022-08-01'])(
    'ships nothing when the authorization was given up, also told in version %s, which has no latest_charge',
    async (version) => {
      const order = await place();
      const payment = await payWith(order, 'pm_card_visa', { capture: 'manual' });
      expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'authorized' });
      stub.account.journal.version = version;
      stub.account.intents.cancel(intentOf(payment).intent.id, 'requested_by_customer', stub.asStripe());
      stub.account.journal.version = Stripe.API_VERSION;
      const told = eventsAbout(payment).at(-1)!;
      expect(told).toMatchObject({ type: 'payment_intent.canceled' });
      expect(told.raw.toString()).not.toContain('latest_charge');
      expect(await deliver(told)).toBe(200);
      await becomes(payment, { status: 'cancelled', authorizedAmount: 1000, capturedAmount: 0 });
      expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'unpaid' });
      const shipped = await api.post(`/v1/orders/${order.id}/fulfillments`, { token: (await api.admin()).token });
      expect(shipped.status).toBe(409);
      await expect.poll(() => assertAllIsTold(payment).then(() => true, String), PATIENCE).toBe(true);
    },
  );

  it('waits for Stripe with a webhook in an older version that it can not ask about', async () => {
    const payment = await pay('pm_card_visa', { capture: 'manual' });
    stub.account.journal.version = '2020-08-27';
    stub.account.intents.cancel(intentOf(payment).intent.id, 'requested_by_customer', stub.asStripe());
    stub.account.journal.version = Stripe.API_VERSION;
    stub.arm(/^GET .*payment_intents/, new StripeFailure(503, { type: 'api_error', message: 'Later.' }));
    await deliver(eventsAbout(payment).at(-1)!);
    await expect.poll(() => webhookStates(payment), PATIENCE).toEqual(['waiting']);
    await api.sql(`UPDATE provider_webhooks SET next_attempt_at = now() WHERE state = 'waiting'`);
    await becomes(payment, { status: 'cancelled' });
  });

  it('puts a webhook in a version that Till does not read into quarantine, with the way out', async () => {
    const payment = await pay('pm_card_visa', { capture: 'manual' });
    stub.account.journal.version = '2019-12-03';
    stub.account.intents.cancel(intentOf(payment).intent.id, 'requested_by_customer', stub.asStripe());
    stub.account.journal.version = Stripe.API_VERSION;
    await deliver(eventsAbout(payment).at(-1)!);
    await expect.poll(() => webhookStates(payment), PATIENCE).toEqual(['quarantined']);
    const [{ reason, type } = {}] = await api.sql(
      `SELECT reason, type FROM provider_webhooks WHERE state = 'quarantined' AND raw LIKE $1`,
      [Buffer.from(`%${intentOf(payment).intent.id}%`)],
    );
    expect(type).toBe('payment_intent.canceled');
    expect(reason).toContain('version 2019-12-03');
    expect(reason).toContain('2020-08-27 to');
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'authorized' });
  });

  describe('with a voucher or by bank transfer', () => {
    type Shown = PaymentBody & { readonly nextAction: { readonly url: string; readonly expiresAt: string } };
    const page = expect.stringContaining('https://payments.stripe.test/voucher/') as string;
    const soon = expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string;

    it.each([
      ['pm_konbini', 'konbini', page, soon, { 'familymart.paymentCode': '123456', 'lawson.paymentCode': '234567' }],
      ['pm_oxxo', 'oxxo', page, soon, { number: '12345678901234567890' }],
      ['pm_multibanco', 'multibanco', page, soon, { entity: '11249', reference: '123456789' }],
      ['pm_bankTransfer', 'bank_transfer', null, null, { iban: 'DE00000000000000000001', reference: 'ABCDEF123456' }],
    ])(
      '(%s) says what to show and until when, and is paid later',
      async (paymentMethod, method, url, expiresAt, details) => {
        const order = await place();
        const payment = await payWith(order, paymentMethod);
        const nextAction = { type: 'display', method, url, expiresAt, details };
        expect(payment).toMatchObject({ status: 'requires_action', capturedAmount: 0, nextAction });
        // The order keeps its stock for as long as the shopper can pay.
        const until = (payment as Shown).nextAction.expiresAt;
        const { reservedUntil } = await api.orderOf(order);
        const day = 86_400_000;
        const least = until === null ? Date.now() + 13 * day : Date.parse(until);
        expect(Date.parse(reservedUntil!)).toBeGreaterThanOrEqual(least);
        expect(Date.parse(reservedUntil!)).toBeLessThanOrEqual(until === null ? Date.now() + 14 * day : least);
        stub.account.intents.authorize(intentOf(payment), stub.asStripe());
        await deliverAll(payment);
        await becomes(payment, { status: 'captured', capturedAmount: 1000, nextAction: null });
        expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
      },
    );

    const cancelled = { status: 'cancelled', nextAction: null, decline: { code: 'not_needed' } };

    it.each([
      ['does not answer', 503, 'api_error'],
      ['is asked too often', 429, 'invalid_request_error'],
      ['refuses the key', 401, 'invalid_request_error'],
    ])('of an order that is cancelled is cancelled at Stripe, also if Stripe %s at first', async (_, status, type) => {
      const order = await place();
      const payment = await payWith(order, 'pm_konbini');
      stub.arm(/^POST .*\/cancel$/, new StripeFailure(status, { type, message: 'Try again.' }));
      await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
      await becomes(payment, cancelled);
      const armed = () => stub.requests.filter((line) => line.endsWith(`${intentOf(payment).intent.id}/cancel`)).length;
      await expect.poll(armed, PATIENCE).toBe(1);
      expect(statusAtStripe(payment)).toBe('requires_action');
      await expect.poll(() => stateOf(payment), PATIENCE).toBe('unknown');
      await resolveLater();
      await expect.poll(() => statusAtStripe(payment), PATIENCE).toBe('canceled');
      await deliverAll(payment);
      await becomes(payment, cancelled);
      await expect.poll(() => stateOf(payment), PATIENCE).toBe('declined');
      expect(await api.proof()).toMatchObject({ balanced: true });
    });

    it('of an order that is paid in another way is cancelled at Stripe', async () => {
      const order = await place();
      const payment = await payWith(order, 'pm_oxxo');
      expect(await payWith(order, 'pm_card_visa')).toMatchObject({ status: 'captured' });
      await becomes(payment, cancelled);
      await expect.poll(() => statusAtStripe(payment), PATIENCE).toBe('canceled');
    });

    it('of an order that is paid in another way is not sent again when Stripe is asked too often', async () => {
      const order = await place();
      const payment = await payWith(order, 'pm_oxxo');
      const { id } = intentOf(payment).intent;
      const asked = (what: string) => stub.requests.filter((line) => line === `POST /v1/payment_intents/${id}/${what}`);
      stub.arm(/^POST .*\/cancel$/, new StripeFailure(429, { type: 'invalid_request_error', message: 'Slow down.' }));
      expect(await payWith(order, 'pm_card_visa')).toMatchObject({ status: 'captured' });
      await expect.poll(() => asked('cancel').length, PATIENCE).toBe(1);
      await expect.poll(() => stateOf(payment), PATIENCE).toBe('unknown');
      await resolveLater();
      await expect.poll(() => statusAtStripe(payment), PATIENCE).toBe('canceled');
      expect(asked('confirm')).toHaveLength(1);
    });

    it('of a cancelled order that was paid just before goes back', async () => {
      const order = await place();
      const payment = await payWith(order, 'pm_konbini');
      stub.account.intents.authorize(intentOf(payment), stub.asStripe());
      await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token });
      const returned = { status: 'refunded', capturedAmount: 1000, refundedAmount: 1000 };
      await expect.poll(() => api.paymentOf(payment), PATIENCE).toMatchObject(returned);
    });

    it('that nobody pays in time is declined', async () => {
      const payment = await pay('pm_oxxo');
      stub.account.intents.refuseAuthentication(intentOf(payment), stub.asStripe());
      await deliverAll(payment);
      await expect.poll(() => api.paymentOf(payment), PATIENCE).toMatchObject({ status: 'declined', nextAction: null });
    });

    it('is not offered when it needs what Till can not hand on: the shopper waits for nothing', async () => {
      const payment = await pay('pm_needsScript');
      expect(payment).toMatchObject({ status: 'declined', nextAction: null, decline: { retryable: true } });
      expect(intentOf(payment).intent.status).toBe('canceled');
    });
  });

  describe('while its key is revoked', () => {
    const reason = 'The payment provider stripe refuses the credentials of this installation.';

    it('fails at once, with an alarm; what was authorised before is captured when the key is valid again', async () => {
      const order = await place();
      const held = await pay('pm_card_visa', { capture: 'manual' });
      expect(await isUp()).toBe(true);
      const valid = stub.secretKey;
      const logged = vi.spyOn(api.app.get(Logger), 'error');
      try {
        stub.secretKey = 'sk_test_rolled';
        const decline = { code: 'provider_unavailable', retryable: true };
        expect(await payWith(order, 'pm_card_visa')).toMatchObject({ status: 'failed', capturedAmount: 0, decline });
        await payWith(order, 'pm_card_visa');
        const alarms = logged.mock.calls.filter(([text]) => String(text).includes('refuses our credentials'));
        expect(alarms).toHaveLength(1);
        await expect.poll(stripeHealth, PATIENCE).toEqual({ status: 'degraded', message: reason });
        // It may wait: it is sent when the key is valid again. The worker, whose metrics these are, asks after it meanwhile.
        expect(await capture(held, {})).toMatchObject({ status: 201, body: { capturedAmount: 0 } });
        await resolveLater();
        await expect.poll(isUp, PATIENCE).toBe(false);
        expect((await api.proof()).balanced).toBe(true);
      } finally {
        stub.secretKey = valid;
        logged.mockRestore();
      }
      expect(await payWith(order, 'pm_card_visa')).toMatchObject({ status: 'captured' });
      expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
      await expect.poll(stripeHealth, PATIENCE).toEqual({ status: 'up' });
      await resolveLater();
      await becomes(held, { status: 'captured', capturedAmount: 1000 });
      await expect.poll(isUp, PATIENCE).toBe(true);
      expect((await api.proof()).balanced).toBe(true);
    });
  });

  it('takes no webhook that Stripe did not sign', async () => {
    const payment = await pay('pm_card_visa');
    const before = await webhooksKept();
    expect(await deliver(eventsAbout(payment)[0]!, 'whsec_of_somebody_else')).toBe(400);
    expect(await webhooksKept()).toEqual(before);
  });
});

describe('Without STRIPE_SECRET_KEY', () => {
  it('there is no such provider', async () => {
    const plain = await startApi();
    try {
      const person = await plain.person();
      const order = (await plain.place(person, [{ productId: (await plain.product()).id, quantity: 1 }])).body;
      const answer = await plain.pay(person, order, { provider: 'stripe', paymentMethod: 'pm_card_visa' });
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    } finally {
      await plain.close();
    }
  });
});
