import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examine, type Finding } from '../../../src/doctor/index.js';
import { AttemptResolver } from '../../../src/payments/attempts/attempt-resolver.js';
import { type Api, type Person, startApi } from '../../support/api.js';
import type { OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';

let stub: StripeStub;
let enabled: Api;
/** The same installation, with Stripe configured and no longer listed. */
let disabled: Api;
/** The same installation, with Stripe's variables gone. */
let gone: Api;
let shopper: Person;
let finance: Person;
let mug: ProductBody;
beforeAll(async () => {
  stub = await StripeStub.start();
  const ways = { CAPTURE_MODE: 'manual', STRIPE_API_URL: stub.url, PAYMENT_PROVIDERS: 'sandbox,stripe' };
  enabled = await startApi({
    ...ways,
    STRIPE_SECRET_KEY: stub.secretKey,
    STRIPE_WEBHOOK_SECRETS: 'whsec_disabled_4nT9u',
  });
  disabled = await startApi({ ...enabled.settings, PAYMENT_PROVIDERS: 'sandbox' });
  gone = await startApi({
    ...disabled.settings,
    STRIPE_SECRET_KEY: '',
    STRIPE_WEBHOOK_SECRETS: '',
    STRIPE_API_URL: '',
  });
  [shopper, finance, mug] = await Promise.all([enabled.person(), enabled.person('finance'), enabled.product(1000)]);
}, 60_000);
afterAll(async () => {
  await gone?.close();
  await disabled?.close();
  await enabled?.close();
  await stub?.close();
});

const order = async (): Promise<OrderBody> => (await enabled.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
const authorized = async (): Promise<PaymentBody> => {
  const paid = await enabled.pay(shopper, await order(), { provider: 'stripe', paymentMethod: 'pm_card_visa' });
  expect(paid.body).toMatchObject({ status: 'authorized' });
  return paid.body;
};
const act = (api: Api, { id }: PaymentBody, action: 'captures' | 'cancellation' | 'refunds', key?: string) =>
  api.post<PaymentBody>(`/v1/payments/${id}/${action}`, {
    token: finance.token,
    ...(action !== 'cancellation' && { body: {} }),
    ...(key && { key }),
  });
const webhook = (api: Api) =>
  api.request('POST /v1/providers/stripe/webhooks', { body: '{}', headers: { 'content-type': 'application/json' } });
const openPayments = async (api: Api): Promise<Finding[]> => {
  const found: Finding[] = [];
  for await (const finding of examine(api.settings)) if (finding.about === 'open payments') found.push(finding);
  return found;
};

describe('a provider that is configured and not listed in PAYMENT_PROVIDERS', () => {
  it('takes no new payments', async () => {
    const refused = await disabled.pay(shopper, await order(), { provider: 'stripe', paymentMethod: 'pm_card_visa' });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ code: 'unknown_provider' }] } });
  });

  it('captures and refunds the payments that it has', async () => {
    const payment = await authorized();
    expect((await act(disabled, payment, 'captures')).body).toMatchObject({ status: 'captured', capturedAmount: 1000 });
    expect((await act(disabled, payment, 'refunds')).body).toMatchObject({ status: 'succeeded', amount: 1000 });
    expect(await disabled.paymentOf(payment)).toMatchObject({ status: 'refunded', refundedAmount: 1000 });
  });

  it('voids them', async () => {
    expect((await act(disabled, await authorized(), 'cancellation')).body).toMatchObject({ status: 'cancelled' });
  });

  it('is asked what became of a payment whose answer was lost', async () => {
    stub.arm(/payment_intents$/, 'cut');
    const { body } = await enabled.pay(shopper, await order(), { provider: 'stripe', paymentMethod: 'pm_card_visa' });
    expect(body).toMatchObject({ status: 'processing' });
    await enabled.sql('UPDATE payment_attempts SET next_check_at = now() WHERE next_check_at IS NOT NULL');
    const failed: unknown[] = [];
    await disabled.app.get(AttemptResolver, { strict: false }).resolveDue((_, error) => failed.push(error));
    expect(failed).toEqual([]);
    expect(await disabled.paymentOf(body)).toMatchObject({ status: 'authorized', authorizedAmount: 1000 });
  });

  it('has its webhooks checked by their signature', async () => {
    expect(await webhook(disabled)).toMatchObject({ status: 400, body: { code: 'webhook_refused' } });
  });

  it('is no problem to till doctor', async () => {
    await authorized();
    expect(await openPayments(disabled)).toMatchObject([{ ok: true }]);
  });
});

describe('a provider that is no longer configured', () => {
  it.each([
    ['captures', 'captures'],
    ['voids', 'cancellation'],
  ] as const)(
    '%s nothing, which is said in words; the same request goes on when it is there again',
    async (_, action) => {
      const payment = await authorized();
      const key = `again-${action}`;
      const refused = await act(gone, payment, action, key);
      expect(refused).toMatchObject({ status: 409, body: { code: 'provider_not_configured' } });
      expect(refused.text).toContain('Configure stripe again');
      expect(await gone.paymentOf(payment)).toEqual(await enabled.paymentOf(payment));
      expect(await enabled.sql(`SELECT FROM payment_attempts WHERE kind <> 'authorize' AND state = 'started'`)).toEqual(
        [],
      );
      expect((await act(disabled, payment, action, key)).status).toBe(201);
    },
  );

  it('refunds nothing, and keeps no refund of it', async () => {
    const payment = await authorized();
    await act(enabled, payment, 'captures');
    expect(await act(gone, payment, 'refunds')).toMatchObject({
      status: 409,
      body: { code: 'provider_not_configured' },
    });
    expect(await gone.paymentOf(payment)).toMatchObject({ status: 'captured', refundedAmount: 0 });
    expect((await act(disabled, payment, 'refunds')).body).toMatchObject({ status: 'succeeded', amount: 1000 });
  });

  it('has no webhooks', async () => {
    expect((await webhook(gone)).status).toBe(404);
  });

  it('is named by till doctor with what waits there', async () => {
    await authorized();
    const [finding] = await openPayments(gone);
    expect(finding).toMatchObject({ ok: false });
    expect(finding?.what).toMatch(/^[1-9]\d* wait for stripe, which is not configured/);
    expect(finding?.remedy).toContain('Configure stripe again');
  });
});
