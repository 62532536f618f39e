import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { WebhookProcessor } from '../../../src/payments/webhooks/webhook-processor.js';
import { encodeId, type IdPrefix, newId } from '../../../src/shared/ids.js';
import type { PageBody } from '../../support/bodies.js';
import { sandboxOffice } from '../../support/sandbox.js';
import { api, scenario, stranger } from '../../support/scenario.js';

/** An id of each kind, of something that belongs to somebody else. */
let foreign: Readonly<Record<string, string>>;
scenario({ people: ['stranger'], unchecked: true });
beforeAll(async () => {
  const [shopper, finance, mug] = await Promise.all([api.person(), api.person('finance'), api.product(10)]);
  const order = (await api.place(shopper, [{ productId: mug.id, quantity: 1 }])).body;
  const payment = (await api.pay(shopper, order, { paymentMethod: 'pm_dispute' })).body;
  const refund = (await api.refund(finance, payment, { amount: 100 })).body;
  const office = sandboxOffice(api);
  await office.send(await office.webhook(payment, { type: 'dispute_opened', amount: 100, dispute: 'dp_1' }));
  await api.app.get(WebhookProcessor).processDue();
  const disputes = await api.get<PageBody<{ id: string }>>(`/v1/payments/${payment.id}/disputes`, shopper);
  foreign = { ord: order.id, pay: payment.id, rfd: refund.id, dsp: disputes.body.data[0]!.id, usr: shopper.id };
});

it.each<[string, IdPrefix, object?]>([
  ['GET /v1/orders/{id}', 'ord'],
  ['GET /v1/orders/{id}/payments', 'ord'],
  ['GET /v1/orders/{id}/fulfillments', 'ord'],
  ['GET /v1/orders/{id}/timeline', 'ord'],
  ['POST /v1/orders/{id}/cancellation', 'ord', {}],
  ['POST /v1/orders/{id}/payments', 'ord', { paymentMethod: 'pm_ok' }],
  ['GET /v1/payments/{id}', 'pay'],
  ['GET /v1/payments/{id}/refunds', 'pay'],
  ['GET /v1/payments/{id}/disputes', 'pay'],
  ['GET /v1/refunds/{id}', 'rfd'],
  ['GET /v1/disputes/{id}', 'dsp'],
  ['GET /v1/users/{id}', 'usr'],
  ['GET /v1/users/{id}/store-credit', 'usr'],
  ['POST /v1/users/{id}/store-credit-transfers', 'usr', { amount: 1, currency: 'EUR', toUserId: 'usr' }],
])('%s says the same of what is somebody else’s and of what does not exist', async (line, prefix, body) => {
  const given = body && 'toUserId' in body ? { ...body, toUserId: stranger.id } : body;
  const ask = async (id: string) => {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await api.request<Record<string, unknown>>(line.replace('{id}', id), {
      token: stranger.token,
      body: given,
      headers,
    });
    const { instance, requestId, ...rest } = answer.body;
    expect([typeof instance, typeof requestId]).toEqual(['string', 'string']);
    return { status: answer.status, ...rest };
  };
  const absent = await ask(encodeId(prefix, newId()));
  expect(absent.status).toBe(404);
  expect(await ask(foreign[prefix]!)).toEqual(absent);
});
