import { afterAll, describe, expect, it } from 'vitest';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { Reconciler } from '../../../src/payments/index.js';
import { soapSettings } from '../../../src/payments/providers/soap/soap.settings.js';
import { loadConfig } from '../../../src/settings.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { AccountBody, OrderBody, PageBody, RefundBody } from '../../support/bodies.js';
import {
  PASSWORD,
  type SoapGatewayServer,
  startSoapGateway,
  USERNAME,
} from '../../../tools/provider-kit/soap/gateway.js';
import { api, finance, place, scenario, shopper, worker } from '../../support/scenario.js';

let gateway: SoapGatewayServer;
const env = async () => {
  gateway = await startSoapGateway();
  return { SOAP_GATEWAY_URL: gateway.url, SOAP_GATEWAY_USERNAME: USERNAME, SOAP_GATEWAY_PASSWORD: PASSWORD };
};
scenario({ env, worker: true, people: ['shopper', 'finance'], mugs: 1000, unchecked: true });
afterAll(() => gateway?.close());

const payWith = (order: OrderBody, paymentMethod: string, given: object = {}) =>
  api.pay(shopper, order, { provider: 'soap', paymentMethod, ...given });
const approved = (operation: string) =>
  gateway.bank.entries.filter((entry) => entry.operation === operation && entry.status === 'APPROVED').length;
/** Lets the resolver look into what is due some seconds from now. */
async function resolveLater(): Promise<void> {
  await api.passTime(60);
  await worker.get(AttemptResolutionJob).tick();
}

const run = () => api.app.get(Reconciler).run('soap', new Date().toISOString().slice(0, 10), () => undefined);
const balance = async () => {
  const { data } = (await api.get<PageBody<AccountBody>>('/v1/ledger/accounts?code=provider_clearing:soap', finance))
    .body;
  return data[0]?.balance ?? 0;
};

describe('An order paid at the bank', () => {
  it('has no statement descriptor: the contract has no place for one, and Till drops none unnoticed', async () => {
    const refused = await payWith(await place(), 'card_ok', { statementDescriptor: 'ORDER 1001' });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/statementDescriptor', code: 'not_supported' }] },
    });
    expect(gateway.bank.entries).toEqual([]);
  });

  it('is authorised, captured in parts, voided and refunded', async () => {
    const order = await place();
    const { body } = await payWith(order, 'card_ok', { capture: 'manual' });
    expect(body).toMatchObject({ status: 'authorized', provider: 'soap', authorizedAmount: 1000 });
    await api.post(`/v1/payments/${body.id}/captures`, { token: finance.token, body: { amount: 600 } });
    await api.post(`/v1/payments/${body.id}/cancellation`, { token: finance.token });
    expect((await api.refund(finance, body, { amount: 200 })).body).toMatchObject({ status: 'succeeded' });
    expect(await api.paymentOf(body)).toMatchObject({ capturedAmount: 600, refundedAmount: 200 });
    expect(gateway.bank.entries.map(({ operation, amount }) => [operation, amount])).toEqual([
      ['AUTHORISE', 1000],
      ['CAPTURE', 600],
      ['REVERSE', 400],
      ['REFUND', 200],
    ]);
  });

  it('is declined with the reason of the bank', async () => {
    expect((await payWith(await place(), 'card_no_funds')).body).toMatchObject({
      status: 'declined',
      decline: { code: 'insufficient_funds', retryable: true },
    });
  });

  it('is settled by the worker when the connection broke after the charge, and charged once', async () => {
    const order = await place();
    const before = approved('SALE');
    gateway.next('drops', 'Authorise');
    const { body } = await payWith(order, 'card_ok');
    expect(body).toMatchObject({ status: 'processing', capturedAmount: 0 });
    await resolveLater();
    await expect.poll(async () => (await api.paymentOf(body)).status).toBe('captured');
    expect(approved('SALE')).toBe(before + 1);
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  it('is not paid by an amount that is no number; the worker books the amount that the bank writes in full', async () => {
    const order = await place();
    const before = await balance();
    gateway.next('marksThousands', 'Authorise');
    const { body } = await payWith(order, 'card_ok');
    expect(body).toMatchObject({ status: 'processing', capturedAmount: 0 });
    expect(await balance()).toBe(before);
    gateway.writes.amount = (minorUnits) => (minorUnits / 100).toFixed(2);
    await resolveLater();
    await expect.poll(async () => (await api.paymentOf(body)).status).toBe('captured');
    expect(await api.paymentOf(body)).toMatchObject({ capturedAmount: 1000 });
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
    expect((await balance()) - before).toBe(1000);
    const timeline = await api.get<PageBody<{ type: string }>>(`/v1/orders/${order.id}/timeline`, finance);
    expect(timeline.body.data.filter(({ type }) => type === 'payment.captured')).toHaveLength(1);
  });

  it('has a refund that fails days later: the statement says so, the money is refundable again, and people are told', async () => {
    const order = await place();
    const payment = (await payWith(order, 'card_ok')).body;
    const before = await balance();
    const refund = (await api.refund(finance, payment, { amount: 400 })).body;
    expect(refund).toMatchObject({ status: 'succeeded' });
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
    gateway.bank.returnRefunds(decodeId('pay', payment.id)!);
    const runs = await Promise.all([run(), run()]);
    expect(runs.map(({ posted }) => posted).toSorted()).toEqual([0, 1]);
    expect(await run()).toMatchObject({ posted: 0, differences: 0 });
    const failed = await api.get<PageBody<RefundBody>>('/v1/refunds?status=failed', finance);
    expect(failed.body.data).toMatchObject([{ id: refund.id, amount: 400 }]);
    expect(await api.paymentOf(payment)).toMatchObject({ status: 'captured', refundedAmount: 0 });
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'paid' });
    expect(await balance()).toBe(before);
    const timeline = await api.get<PageBody<{ type: string; data: object }>>(
      `/v1/orders/${order.id}/timeline`,
      finance,
    );
    expect(timeline.body.data.filter(({ type }) => type === 'refund.failed')).toHaveLength(1);
    expect((await api.refund(finance, payment)).body).toMatchObject({ status: 'succeeded', amount: 1000 });
    expect(await run()).toMatchObject({ differences: 0 });
    expect((await api.proof()).balanced).toBe(true);
  });

  it('is reconciled with the statement of the bank, fees and payout included', async () => {
    const settledAt = new Date();
    const owed = await balance();
    expect(owed).toBeGreaterThan(100);
    for (const [kind, amount] of [['FEE', 100] as const, ['PAYOUT', owed - 100] as const])
      gateway.bank.others.push({ id: `L-${kind}`, kind, amount, currency: 'EUR', settledAt });
    expect(await run()).toMatchObject({ settlements: 10, posted: 2, differences: 0 });
    expect(await run()).toMatchObject({ posted: 0, differences: 0 });
    expect(await balance()).toBe(0);
    gateway.bank.others.push({ id: 'L-X', kind: 'CHARGEBACK', amount: 5, currency: 'EUR', settledAt });
    expect(await run()).toMatchObject({ differences: 1, found: 1 });
    expect((await api.proof()).balanced).toBe(true);
  });
});

const load = (given: object) => () => loadConfig({ ...api.settings, ...given } as Record<string, string>);

describe('The configuration', () => {
  it('needs a name and a password beside the address, and https in production', () => {
    expect(load({ SOAP_GATEWAY_PASSWORD: '' })).toThrow('SOAP_GATEWAY_PASSWORD: must be set');
    expect(load({ SOAP_GATEWAY_USERNAME: '' })).toThrow('SOAP_GATEWAY_USERNAME: must be set');
    expect(load({ NODE_ENV: 'production', SOAP_GATEWAY_URL: 'http://bank.test' })).toThrow(
      'SOAP_GATEWAY_URL: must be https',
    );
    expect(load({ SOAP_GATEWAY_URL: '' })().of(soapSettings)).toBeUndefined();
  });
});
