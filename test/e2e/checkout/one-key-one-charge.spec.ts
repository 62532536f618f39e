import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AttemptResolver } from '../../../src/payments/attempts/attempt-resolver.js';
import { SandboxProvider } from '../../../src/payments/providers/sandbox/sandbox.provider.js';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId, encodeId, type OrderId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { PlacedOrderBody, ProductBody } from '../../support/bodies.js';
import { grouped } from '../../support/grouped.js';
import type { Answer } from '../../support/http-client.js';
import { insist } from '../../support/insist.js';
import { api, scenario } from '../../support/scenario.js';

let shopper: Person;
let mug: ProductBody;
scenario({ env: { LOG_LEVEL: 'fatal' }, people: [] });
beforeEach(async () => {
  [shopper, mug] = await Promise.all([api.person(), api.product(1)]);
});

const lines = (product = mug) => [{ productId: product.id, quantity: 1 }];
const replayed = ({ headers }: Answer<unknown>) => headers.get('idempotent-replayed') === 'true';
const outcomes = (answers: readonly Answer<unknown>[]) =>
  answers.map(({ status, body }) => (status < 300 ? '201' : (body as { code: string }).code)).toSorted();

/** What there is of a customer: orders, payments, and what the provider charged. */
const LEFT = `
  SELECT count(DISTINCT o.id)::int AS orders, count(DISTINCT p.id)::int AS payments,
    count(s.attempt_id) FILTER (WHERE s.kind = 'charge' AND s.outcome = 'succeeded')::int AS charges
  FROM orders o LEFT JOIN payments p ON p.order_id = o.id LEFT JOIN sandbox.operations s ON s.payment_id = p.id
  WHERE o.customer_id = $1`;
const left = async ({ id }: Person) => (await api.sql(LEFT, [decodeId('usr', id)]))[0];

const sandbox = () => api.app.get(SandboxProvider, { strict: false });

/** Sends it to an api that fails once order and attempt are committed: before the provider was asked, or after it. */
async function interrupted(key: string, moment: 'before' | 'after' = 'before'): Promise<void> {
  const send = sandbox().send.bind(sandbox());
  vi.spyOn(sandbox(), 'send').mockImplementationOnce(async (attempt, signal) => {
    if (moment === 'after') await send(attempt, signal);
    throw new Error('the process is gone');
  });
  expect((await api.checkOut(shopper, lines(), {}, { key })).status).toBe(500);
  expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges: moment === 'after' ? 1 : 0 });
  expect(await api.stockOf(mug)).toMatchObject({ available: 0 });
  await api.passTime(60);
}

/** One round of the worker, which looks at every attempt that is due. */
const resolve = () =>
  api.app.get(AttemptResolver, { strict: false }).resolveDue((_, error) => {
    throw error;
  });

describe('A request that was interrupted', () => {
  it.each(['before', 'after'] as const)(
    'once its order was committed, %s the provider was called, is finished by a repeat',
    async (moment) => {
      const key = randomUUID();
      await interrupted(key, moment);
      const paid = await api.checkOut(shopper, lines(), {}, { key });
      expect(paid).toMatchObject({ status: 201, body: { status: 'confirmed', payment: { status: 'captured' } } });
      const { payment: _, ...order } = paid.body;
      expect(order).toEqual(await api.orderOf(order));
      expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges: 1 });
      const again = await api.checkOut(shopper, lines(), {}, { key });
      expect({ text: again.text, replayed: replayed(again) }).toEqual({ text: paid.text, replayed: true });
    },
  );

  it.each([
    ['before', 'failed', 0],
    ['after', 'captured', 1],
  ] as const)(
    'once its order was committed, %s the provider was called, takes nothing more after the order was cancelled',
    async (moment, status, charges) => {
      const key = randomUUID();
      await interrupted(key, moment);
      const [row] = await api.sql('SELECT id FROM orders WHERE customer_id = $1', [decodeId('usr', shopper.id)]);
      const order = { id: encodeId('ord', row!['id'] as OrderId) };
      const cancelled = await api.post(`/v1/orders/${order.id}/cancellation`, { token: shopper.token, body: {} });
      expect(cancelled.status).toBe(201);
      const repeated = await api.checkOut(shopper, lines(), {}, { key });
      expect(repeated).toMatchObject({ status: 201, body: { status: 'cancelled', payment: { status } } });
      expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges });
    },
  );

  it('is answered with what the worker has made of it', async () => {
    const key = randomUUID();
    await interrupted(key);
    await resolve();
    expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges: 1 });
    const paid = await insist(() => api.checkOut(shopper, lines(), {}, { key }));
    expect(paid).toMatchObject({ status: 201, body: { status: 'confirmed', payment: { status: 'captured' } } });
    expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges: 1 });
  });

  it.each([
    ['another payment', { payment: { paymentMethod: 'pm_declined' } }],
    ['no payment', {}],
  ])('does not become one with %s', async (_, given) => {
    const key = randomUUID();
    await interrupted(key);
    const body = { lines: lines(), ...given };
    const other = await api.post('/v1/orders', { token: shopper.token, key, body });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges: 0 });
    await insist(() => api.checkOut(shopper, lines(), {}, { key }));
  });
});

describe('A repeat', () => {
  it('gets the first answer where that was final', async () => {
    const key = randomUUID();
    const first = await api.checkOut(shopper, lines(), {}, { key });
    await api.refund(await api.admin(), first.body.payment);
    const again = await api.checkOut(shopper, lines(), {}, { key });
    expect({ text: again.text, replayed: replayed(again) }).toEqual({ text: first.text, replayed: true });
  });

  it('gets the present state of what was under way', async () => {
    const key = randomUUID();
    const send = () => api.checkOut(shopper, lines(), { paymentMethod: 'pm_timeout_charged' }, { key });
    const first = await send();
    expect(first).toMatchObject({ status: 201, body: { status: 'pending', payment: { status: 'processing' } } });
    await api.passTime(60);
    await resolve();
    const again = await send();
    const { payment, ...order } = again.body;
    expect({ status: again.status, order, payment }).toEqual({
      status: 201,
      order: await api.orderOf(first.body),
      payment: await api.paymentOf(first.body.payment),
    });
    expect([order.status, replayed(again)]).toEqual(['confirmed', true]);
  });

  it('of what was refused for lack of stock is decided anew', async () => {
    const [soldOut, key, { token }] = [await api.product(0), randomUUID(), await api.admin()];
    const send = () => api.checkOut(shopper, lines(soldOut), {}, { key });
    expect(outcomes([await send()])).toEqual(['insufficient_stock']);
    const path = `/v1/products/${soldOut.id}/stock-adjustments`;
    await api.post(path, { token, body: { delta: 1, reason: 'counted' } });
    expect(await send()).toMatchObject({ status: 201, body: { status: 'confirmed' } });
  });

  it('of a declined payment is declined once', async () => {
    const key = randomUUID();
    const send = () => api.checkOut(shopper, lines(), { paymentMethod: 'pm_declined' }, { key });
    const [first, again] = [await send(), await send()];
    expect(first).toMatchObject({ status: 201, body: { payment: { status: 'declined' } } });
    expect(again.text).toBe(first.text);
    expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges: 0 });
  });

  it('of an order that costs nothing places none', async () => {
    const [gift, key] = [await api.product(9, { price: { amount: 0, currency: 'EUR' } }), randomUUID()];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => insist(() => api.checkOut(shopper, lines(gift), {}, { key }))),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await left(shopper)).toEqual({ orders: 1, payments: 0, charges: 0 });
  });
});

describe('At the same moment', () => {
  it('50 requests under one key are one order, one charge, one answer', async () => {
    const key = randomUUID();
    const plenty = await api.product(100);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => insist(() => api.checkOut(shopper, lines(plenty), {}, { key }))),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.body).toMatchObject({ status: 'confirmed', payment: { status: 'captured' } });
    expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(await left(shopper)).toEqual({ orders: 1, payments: 1, charges: 1 });
    expect(await api.stockOf(plenty)).toMatchObject({ reserved: 1 });
  });

  it.each([
    ['without', (who: Person, product: ProductBody, key: string) => api.place(who, lines(product), { key })],
    ['with', (who: Person, product: ProductBody, key: string) => api.checkOut(who, lines(product), {}, { key })],
  ])(
    'two orders %s a payment under one key are one, also where no common row holds one of them up',
    async (_, send) => {
      const admin = await api.admin(); // without a quota
      for (let round = 0; round < 15; round++) {
        const [goods, key] = [await Promise.all([api.product(1), api.product(1)]), randomUUID()];
        const answers = await Promise.all(goods.map((product) => insist<object>(() => send(admin, product, key))));
        expect(outcomes(answers)).toEqual(['201', 'idempotency_key_reused']);
        const stock = await Promise.all(goods.map((product) => api.stockOf(product)));
        expect(stock.map(({ reserved }) => reserved).toSorted()).toEqual([0, 1]);
      }
    },
  );

  it('one of two gets the last piece, and only that one pays', async () => {
    for (let round = 0; round < 20; round++) {
      const [last, rival] = await Promise.all([api.product(1), api.person()]);
      const answers = await Promise.all([shopper, rival].map((buyer) => api.checkOut(buyer, lines(last))));
      expect(outcomes(answers)).toEqual(['201', 'insufficient_stock']);
      expect(await api.stockOf(last)).toEqual({ onHand: 1, reserved: 1, available: 0 });
    }
    const charged = `SELECT count(*)::int AS n FROM sandbox.operations s JOIN payments p ON p.id = s.payment_id
      WHERE p.customer_id = $1`;
    const { orders } = (await left(shopper)) as { orders: number };
    expect(await api.sql(charged, [decodeId('usr', shopper.id)])).toEqual([{ n: orders }]);
  });

  it('several buyers share one transaction, with and without a payment', async () => {
    const plenty = await api.product(100);
    const buyers = await Promise.all(Array.from({ length: 8 }, () => api.person()));
    const send = (buyer: Person, n: number): Promise<Answer<PlacedOrderBody>> =>
      n % 4 === 3
        ? (api.place(buyer, lines(plenty)) as Promise<Answer<PlacedOrderBody>>)
        : api.checkOut(buyer, lines(plenty), { paymentMethod: n === 0 ? 'pm_declined' : 'pm_ok' });
    const tx = api.app.get(Transaction);
    const answers = await grouped(tx, buyers.length, () => Promise.all(buyers.map(send)));
    const found = answers.map(({ body }) => `${body.status} ${body.payment?.status}`);
    const [declined, paid, placed] = ['pending declined', 'confirmed captured', 'pending undefined'];
    expect(found).toEqual([declined, paid, paid, placed, paid, paid, paid, placed]);
    const ids = answers.map(({ body }) => decodeId('ord', body.id));
    const began = 'SELECT count(DISTINCT xmin::text)::int AS n FROM order_lines WHERE order_id = ANY($1)';
    const shared = api.settings.DATABASE_GROUP_COMMIT === 'on';
    expect(await api.sql(began, [ids])).toEqual([{ n: shared ? 1 : buyers.length }]);
  });
});
