import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { OrdersService } from '../../../src/orders/index.js';
import { decodeId, type OrderId } from '../../../src/shared/ids.js';
import type { OrderBody, PageBody, PaymentBody } from '../../support/bodies.js';
import { api, place, scenario, shopper, statusesOf as statuses, worker } from '../../support/scenario.js';

/** A connection that can stand in the way of the provider. */
let bystander: Client;
scenario({ asRole: 'running', env: { LOG_LEVEL: 'fatal' }, worker: true, mugs: 1000 });
beforeAll(async () => {
  bystander = new Client({ connectionString: api.settings.DATABASE_URL });
  await bystander.connect();
});
afterAll(() => bystander?.end());

/** Who waits for the provider's books, but for the sandbox itself, which looks for webhooks to send. */
const WAITS = `NOT granted AND relation = 'sandbox.operations'::regclass
  AND pid NOT IN (SELECT pid FROM pg_stat_activity WHERE query LIKE '%sandbox.webhooks%')`;

const cancel = ({ id }: OrderBody) => api.post<OrderBody>(`/v1/orders/${id}/cancellation`, { token: shopper.token });
const PATIENT = { timeout: 15_000 };
const paymentsOf = async ({ id }: OrderBody) =>
  (await api.get<PageBody<PaymentBody>>(`/v1/orders/${id}/payments`, shopper)).body.data;

it('What was paid for a cancelled order goes back, each payment of it, less what had gone back before', async () => {
  const order = await place(3);
  const payments = [];
  for (const amount of [500, 1000, 1500]) payments.push((await api.pay(shopper, order, { amount })).body);
  await api.refund(await api.admin(), payments[0]!, { amount: 200 });
  expect((await cancel(order)).body).toMatchObject({ status: 'cancelled', paymentStatus: 'partially_refunded' });
  await expect.poll(() => statuses(order), PATIENT).toBe('cancelled refunded');
  const refunded = (await paymentsOf(order)).map(({ refundedAmount }) => refundedAmount);
  expect(refunded).toEqual([1500, 1000, 500]);
});

it('What was paid in part for an order that expired goes back', async () => {
  const order = await place(2);
  await api.pay(shopper, order, { amount: 700 });
  api.moveClock(901);
  await api.app.get(OrdersService).expire(decodeId('ord', order.id) as OrderId);
  api.moveClock(0);
  await expect.poll(() => statuses(order), PATIENT).toBe('expired refunded');
});

it('Money that comes for an order that was cancelled meanwhile goes back', async () => {
  const order = await place();
  const { answer } = await payWhileProviderHangs(order);
  expect((await cancel(order)).body).toMatchObject({ status: 'cancelled', paymentStatus: 'unpaid' });
  await bystander.query('ROLLBACK');
  expect(await answer).toMatchObject({ status: 201, body: { status: 'captured', capturedAmount: 1000 } });
  await expect.poll(() => statuses(order), PATIENT).toBe('cancelled refunded');
  const timeline = await api.get<PageBody<{ type: string }>>(`/v1/orders/${order.id}/timeline`, shopper);
  expect(timeline.body.data.map(({ type }) => type).toReversed()).toEqual([
    'order.placed',
    'order.cancelled',
    'payment.captured',
    'payment.surplus_received',
    'refund.succeeded',
  ]);
});

it('A second payment can not take what the first one, still under way, may bring in', async () => {
  const order = await place();
  const { answer } = await payWhileProviderHangs(order);
  expect(await api.pay(shopper, order, { amount: 1 })).toMatchObject({
    status: 409,
    body: { code: 'order_not_payable' },
  });
  await bystander.query('ROLLBACK');
  expect((await answer).status).toBe(201);
  await expect.poll(() => statuses(order), PATIENT).toBe('confirmed paid');
});

/** Pays until the call to the provider breaks off: for the books that is as good as the death of the api in it. */
async function abandonPayment(order: OrderBody, key: string): Promise<void> {
  const { answer } = await payWhileProviderHangs(order, key);
  await bystander.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE ${WAITS}`);
  expect(await answer).toMatchObject({ status: 503 });
  await bystander.query('ROLLBACK');
  expect(await paymentsOf(order)).toMatchObject([{ status: 'processing' }]);
}

describe('An attempt that a dead process left behind', () => {
  it('is finished by the worker', async () => {
    const order = await place();
    await abandonPayment(order, randomUUID());
    await api.passTime(31);
    await expect.poll(() => paymentsOf(order), PATIENT).toMatchObject([{ status: 'captured', capturedAmount: 1000 }]);
    expect(await statuses(order)).toBe('confirmed paid');
  });

  it('is finished once when the worker and many retries take it up together', async () => {
    const [order, key] = [await place(), randomUUID()];
    await abandonPayment(order, key);
    await holdProviderUp();
    await api.passTime(31);
    const retries = Promise.all(Array.from({ length: 8 }, () => api.pay(shopper, order, {}, { key })));
    const routine = worker.get(AttemptResolutionJob).tick();
    // The worker, and the first of the retries; those that came after it wait for their turn at the provider.
    await expect.poll(waiting).toBeGreaterThan(1);
    await bystander.query('ROLLBACK');
    const [answers] = await Promise.all([retries, routine]);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 201, body: { status: 'captured' } });
    expect(await statuses(order)).toBe('confirmed paid');
  });
});

async function holdProviderUp(): Promise<void> {
  await bystander.query('BEGIN');
  await bystander.query('LOCK TABLE sandbox.operations');
}

/** How many calls to the provider wait. */
async function waiting(): Promise<number | undefined> {
  const counted = `SELECT count(*)::int AS n FROM pg_locks WHERE ${WAITS}`;
  return (await bystander.query<{ n: number }>(counted)).rows[0]?.n;
}

/** Starts to pay, and goes on once the attempt is committed and the provider, which `bystander` holds up, was called. */
async function payWhileProviderHangs(order: OrderBody, key: string = randomUUID()) {
  await holdProviderUp();
  const answer = api.pay(shopper, order, {}, { key });
  await expect.poll(waiting).toBe(1);
  return { answer };
}
