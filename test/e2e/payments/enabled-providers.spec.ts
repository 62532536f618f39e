import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentWebhookSecret } from '../../../src/payments/providers/sandbox/sandbox.settings.js';
import { encodeId, newId } from '../../../src/shared/ids.js';
import { type Api, type Person, startApi } from '../../support/api.js';
import type { OrderBody, ProductBody } from '../../support/bodies.js';
import { encryptionKeys, privateKeyInPem } from '../../support/production.js';
import { StripeStub } from '../../../tools/provider-kit/stripe/stub.js';

let stub: StripeStub;
let api: Api;
let shopper: Person;
let mug: ProductBody;
beforeAll(async () => {
  stub = await StripeStub.start();
  api = await startApi({
    PAYMENT_PROVIDERS: 'stripe',
    STRIPE_SECRET_KEY: stub.secretKey,
    STRIPE_API_URL: stub.url,
    SANDBOX_WEBHOOK_SECRETS: developmentWebhookSecret,
  });
  [shopper, mug] = await Promise.all([api.person(), api.product()]);
});
afterAll(async () => {
  await api?.close();
  await stub?.close();
});

const place = async (): Promise<OrderBody> => (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;

describe('a provider that PAYMENT_PROVIDERS does not list', () => {
  it('is unknown to whoever pays, and nothing is kept of the try', async () => {
    const order = await place();
    const refused = await api.pay(shopper, order, { provider: 'sandbox' });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer: '/provider', code: 'unknown_provider' }] },
    });
    expect(refused.text).not.toContain('sandbox');
    expect(await api.sql('SELECT FROM sandbox.operations')).toHaveLength(0);
    expect(await api.sql('SELECT FROM payments')).toHaveLength(0);
  });

  it('has no webhooks, even with the right signature', async () => {
    const body = '{"id":"hook-1","type":"captured","data":{}}';
    const t = Math.floor(Date.now() / 1000);
    const v1 = createHmac('sha256', developmentWebhookSecret).update(`${t}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'till-sandbox-signature': `t=${t},v1=${v1}` };
    const told = await api.request('POST /v1/providers/sandbox/webhooks', { body, headers });
    const toldOfNone = await api.request('POST /v1/providers/nobody/webhooks', { body, headers });
    expect([told.status, toldOfNone.status]).toEqual([404, 404]);
    expect(told.text.replaceAll('sandbox', 'nobody')).toContain(String(toldOfNone.body['detail']));
    expect(await api.sql('SELECT FROM provider_webhooks')).toHaveLength(0);
  });

  it('has no page where a shopper approves: the route is not there', async () => {
    const path = `/sandbox/challenges/${encodeId('att', newId<'att'>())}`;
    const answers = await Promise.all(
      ['GET', 'POST', 'DELETE'].map((method) => api.request(`${method} ${path}`, { headers: { accept: '*/*' } })),
    );
    const elsewhere = await api.request('DELETE /nowhere/at/all');
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body['code']).toBe(elsewhere.body['code']);
    }
  });
});

describe('the first provider of PAYMENT_PROVIDERS', () => {
  it('is the default', async () => {
    const paid = await api.pay(shopper, await place(), { paymentMethod: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 201, body: { provider: 'stripe', status: 'captured' } });
  });

  it('is nobody where none is enabled: then there is store credit alone', async () => {
    const bare = await startApi({
      NODE_ENV: 'production',
      REQUIRE_STAFF_SECOND_FACTOR: 'no',
      JWT_PRIVATE_KEY: privateKeyInPem(),
      ENCRYPTION_KEYS: encryptionKeys(),
      REFUND_APPROVAL_ABOVE: '500',
      PUBLIC_URL: 'https://till.test',
      SMTP_URL: 'smtp://mail.test',
    });
    try {
      const customer = await bare.person();
      const product = await bare.product();
      const order = (await bare.place(customer, [{ productId: product.id, quantity: 1 }])).body;
      for (const given of [{}, { provider: 'sandbox' }]) {
        expect(await bare.pay(customer, order, given)).toMatchObject({
          status: 400,
          body: { errors: [{ code: 'unknown_provider', message: 'must be one of: store_credit' }] },
        });
      }
    } finally {
      await bare.close();
    }
  });
});
