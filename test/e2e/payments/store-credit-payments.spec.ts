import { Client } from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AttemptResolutionJob } from '../../../src/payments/attempts/attempts.schedule.js';
import { decodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import { assertBooks } from '../../support/books.js';
import type { AccountBody, OrderBody, PageBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { problemIn } from '../../support/problem.js';
import { api, scenario, statusesOf as statuses, worker } from '../../support/scenario.js';

let finance: Person;
let ada: Person;
let mug: ProductBody;
scenario({ asRole: 'running', env: { LOG_LEVEL: 'fatal' }, worker: true, people: [], unchecked: true });
beforeAll(async () => {
  [finance, mug] = await Promise.all([
    api.person('finance'),
    api.product(10_000, { price: { amount: 100, currency: 'EUR' } }),
  ]);
});
beforeEach(async () => {
  ada = await api.person();
});
afterEach(async () => {
  await assertBooks(api);
});

const PATIENT = { timeout: 15_000 };
const CREDIT = { provider: 'store_credit', paymentMethod: 'store_credit' };
const grant = (amount: number) =>
  api.post(`/v1/users/${ada.id}/store-credit-grants`, {
    token: finance.token,
    body: { amount, currency: 'EUR', reason: 'Late parcel' },
  });
const place = async (quantity = 1): Promise<OrderBody> =>
  (await api.place(ada, [{ productId: mug.id, quantity }])).body;
const credit = async (): Promise<number> => {
  const { body } = await api.get<{ balances: { amount: number }[] }>('/v1/users/me/store-credit', ada);
  return body.balances[0]?.amount ?? 0;
};
const ledgerBalance = async () => {
  const path = `/v1/ledger/accounts?code=store_credit:${ada.id}`;
  return (await api.get<PageBody<AccountBody>>(path, finance)).body.data[0]?.balance;
};
const declined = { status: 'declined', decline: { code: 'insufficient_store_credit', retryable: true } };

describe('Store credit pays an order', () => {
  it('whole', async () => {
    await grant(1000);
    const order = await place(3);
    expect(await api.pay(ada, order, CREDIT)).toMatchObject({
      status: 201,
      body: { status: 'captured', provider: 'store_credit', amount: 300, capturedAmount: 300, decline: null },
    });
    expect(await statuses(order)).toBe('confirmed paid');
    expect([await credit(), await ledgerBalance()]).toEqual([700, -700]);
  });

  it('in part, and a card the rest', async () => {
    await grant(120);
    const order = await place(3);
    await api.pay(ada, order, { ...CREDIT, amount: 120 });
    expect(await statuses(order)).toBe('pending partially_paid');
    expect(await api.pay(ada, order)).toMatchObject({ status: 201, body: { amount: 180, provider: 'sandbox' } });
    expect(await statuses(order)).toBe('confirmed paid');
    expect(await credit()).toBe(0);
  });

  it('once for one key', async () => {
    await grant(1000);
    const order = await place(3);
    const key = 'pay-once';
    const answers = await Promise.all([1, 2, 3].map(() => api.pay(ada, order, { ...CREDIT, amount: 100 }, { key })));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await credit()).toBe(900);
  });

  it('of the customer, also when staff ask for it', async () => {
    await grant(100);
    expect((await api.pay(await api.admin(), await place(), CREDIT)).body).toMatchObject({ status: 'captured' });
    expect(await credit()).toBe(0);
  });
});

describe('Store credit is declined', () => {
  it('when there is less, and nothing is taken', async () => {
    await grant(299);
    const order = await place(3);
    expect(await api.pay(ada, order, CREDIT)).toMatchObject({ status: 201, body: declined });
    expect(await statuses(order)).toBe('pending unpaid');
    expect([await credit(), await ledgerBalance()]).toEqual([299, -299]);
  });

  it('when there is none, or none in the currency', async () => {
    expect((await api.pay(ada, await place(), CREDIT)).body).toMatchObject(declined);
  });
});

it.each([
  ['a capture later', { capture: 'manual' }, '/capture'],
  ['a card token', { paymentMethod: 'pm_ok' }, '/paymentMethod'],
])('Store credit refuses %s', async (_, given, pointer) => {
  await grant(100);
  const problem = problemIn(await api.pay(ada, await place(), { ...CREDIT, ...given }));
  expect(problem).toMatchObject({ status: 400, code: 'validation_failed', errors: [{ pointer }] });
});

describe('What was paid with store credit goes back to it', () => {
  it('by refunds, and not more than was paid', async () => {
    await grant(300);
    const { body: payment } = await api.pay(ada, await place(3), CREDIT);
    const admin = await api.admin();
    expect(await api.refund(admin, payment, { amount: 100 })).toMatchObject({
      status: 201,
      body: { status: 'succeeded' },
    });
    expect(await credit()).toBe(100);
    const answers = await Promise.all([1, 2, 3].map(() => api.refund(admin, payment, { amount: 200 })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect([await credit(), await ledgerBalance()]).toEqual([300, -300]);
    expect((await api.paymentOf(payment)).status).toBe('refunded');
  });

  it('when the order is cancelled, and the card gets only what it paid', async () => {
    await grant(120);
    const order = await place(3);
    await api.pay(ada, order, { ...CREDIT, amount: 120 });
    await api.pay(ada, order);
    await api.post(`/v1/orders/${order.id}/cancellation`, { token: ada.token });
    await expect.poll(() => statuses(order), PATIENT).toBe('cancelled refunded');
    expect(await credit()).toBe(120);
  });
});

it('100 orders paid at once with a tenth of the balance each: ten are paid, and nothing is left', async () => {
  await grant(1000);
  const orders = await Promise.all(Array.from({ length: 100 }, () => place()));
  const answers = await Promise.all(orders.map((order) => api.pay(ada, order, CREDIT)));
  expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
  const bodies = answers.map(({ body }) => body as PaymentBody & { decline: object | null });
  expect(bodies.filter(({ status }) => status === 'captured')).toHaveLength(10);
  expect(bodies.filter(({ status }) => status === 'declined').map(({ decline }) => decline)).toEqual(
    Array.from({ length: 90 }, () => declined.decline),
  );
  expect([await credit(), await ledgerBalance()]).toEqual([0, 0]);
});

it('A payment whose process died before it took the credit is finished by the worker, once', async () => {
  await grant(100);
  const order = await place();
  const bystander = new Client({ connectionString: api.settings.DATABASE_URL });
  await bystander.connect();
  await bystander.query('BEGIN');
  await bystander.query('SELECT FROM store_credit_balances WHERE user_id = $1 FOR UPDATE', [decodeId('usr', ada.id)]);
  const answer = api.pay(ada, order, CREDIT);
  const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await bystander.query(waiting)).rowCount).toBe(1);
  await bystander.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS waits`);
  expect((await answer).status).toBe(503);
  await bystander.query('ROLLBACK');
  await bystander.end();
  expect(await credit()).toBe(100);
  await api.passTime(31);
  await Promise.all([worker.get(AttemptResolutionJob).tick(), worker.get(AttemptResolutionJob).tick()]);
  await expect.poll(() => statuses(order)).toBe('confirmed paid');
  expect(await credit()).toBe(0);
});
