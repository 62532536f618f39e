import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Transaction } from '../../../src/platform/database/index.js';
import { decodeId, encodeId } from '../../../src/shared/ids.js';
import type { Person } from '../../support/api.js';
import type { OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { grouped } from '../../support/grouped.js';
import type { Answer } from '../../support/http-client.js';
import { insist } from '../../support/insist.js';
import { api, scenario } from '../../support/scenario.js';

let buyers: readonly Person[];
let mug: ProductBody;
scenario({ env: { DATABASE_GROUP_COMMIT: 'on' }, people: [] });
beforeAll(async () => {
  buyers = await Promise.all(Array.from({ length: 8 }, () => api.person()));
});
beforeEach(async () => {
  mug = await api.product(100);
});

const line = ({ id }: ProductBody, quantity = 1) => ({ productId: id, quantity });
/** Sends requests so that their use cases leave in one group. */
const together = <T>(...sends: (() => Promise<Answer<T>>)[]) =>
  grouped(api.app.get(Transaction), sends.length, () => Promise.all(sends.map((send) => send())));
const outcomes = (answers: readonly Answer<unknown>[]) =>
  answers.map(({ status, body }) => (status < 300 ? '201' : (body as { code: string }).code)).toSorted();
const bought = async (quantity = 1) =>
  Promise.all(buyers.map(async (buyer) => (await api.place(buyer, [line(mug, quantity)])).body));
/** In how many transactions these orders were last written. */
const transactions = async (orders: readonly { id: string }[]) => {
  const ids = orders.map(({ id }) => decodeId('ord', id));
  const [row] = await api.sql('SELECT count(DISTINCT xmin::text)::int AS n FROM orders WHERE id = ANY($1)', [ids]);
  return row?.['n'];
};

describe('Requests that leave in one group', () => {
  it('are placed and paid in one transaction each', async () => {
    const placed = await together(...buyers.map((buyer) => () => api.place(buyer, [line(mug)])));
    expect(outcomes(placed)).toEqual(buyers.map(() => '201'));
    expect(await transactions(placed.map(({ body }) => body))).toBe(1);
    const paid = await together(
      ...placed.map(
        ({ body }, n) =>
          () =>
            api.pay(buyers[n]!, body),
      ),
    );
    expect(paid.map(({ body }) => body.status)).toEqual(buyers.map(() => 'captured'));
  });

  it('keep their own request ids and actors', async () => {
    const placed = await together(
      ...buyers.map((buyer, n) => () => api.place(buyer, [line(mug)], { headers: { 'x-request-id': `buyer-${n}` } })),
    );
    expect(await transactions(placed.map(({ body }) => body))).toBe(1);
    const events = await api.sql(
      `SELECT aggregate_id AS order, request_id AS request, actor_id AS actor FROM events
       WHERE type = 'order.placed' AND aggregate_id = ANY($1)`,
      [placed.map(({ body }) => body.id)],
    );
    const told = new Map(events.map(({ order, request, actor }) => [order, { request, actor }]));
    placed.forEach(({ body }, n) =>
      expect(told.get(body.id)).toEqual({ request: `buyer-${n}`, actor: decodeId('usr', buyers[n]!.id) }),
    );
    const timeline = await api.get<{ data: { type: string; requestId: string }[] }>(
      `/v1/orders/${placed[5]!.body.id}/timeline`,
      await api.admin(),
    );
    expect(timeline.body.data.find(({ type }) => type === 'order.placed')).toMatchObject({ requestId: 'buyer-5' });
  });

  it('sell three pieces three times to eight buyers', async () => {
    const scarce = await api.product(3);
    const placed = await together(...buyers.map((buyer) => () => api.place(buyer, [line(scarce)])));
    expect(outcomes(placed)).toEqual([
      ...Array.from({ length: 3 }, () => '201'),
      ...Array.from({ length: 5 }, () => 'insufficient_stock'),
    ]);
    expect(await api.stockOf(scarce)).toEqual({ onHand: 3, reserved: 3, available: 0 });
  });

  it('are unharmed by one that is refused', async () => {
    const soldOut = await api.product(0);
    const placed = await together(...buyers.map((buyer, n) => () => api.place(buyer, [line(n === 4 ? soldOut : mug)])));
    expect(outcomes(placed)).toEqual([...buyers.slice(1).map(() => '201'), 'insufficient_stock']);
    expect(await transactions(placed.filter(({ status }) => status === 201).map(({ body }) => body))).toBe(1);
  });

  it('are unharmed by one that the database refuses', async () => {
    const { token, id } = await api.admin();
    const nobody = encodeId('usr', '019333c2-0000-7000-8000-000000000000' as never);
    const placed = await together(
      ...buyers.map((_, n) => () => api.place({ token, id }, [line(mug)], { given: { customerId: n ? id : nobody } })),
    );
    expect(outcomes(placed)).toEqual([...buyers.slice(1).map(() => '201'), 'validation_failed']);
    expect(await api.stockOf(mug)).toMatchObject({ reserved: 7 });
  });

  it('under one key place one order, and pay it once', async () => {
    const [ordering, paying] = [randomUUID(), randomUUID()];
    const [buyer] = buyers as [Person];
    const placed = await together(...buyers.map(() => () => api.place(buyer, [line(mug)], { key: ordering })));
    expect(new Set(placed.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const order = placed[0]!.body;
    const paid = await together(...buyers.map(() => () => insist(() => api.pay(buyer, order, {}, { key: paying }))));
    expect(new Set(paid.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await api.stockOf(mug)).toMatchObject({ reserved: 1 });
    expect(await api.orderOf(order)).toMatchObject({ paymentStatus: 'paid' });
  });

  it('under one key for different orders pay one of them', async () => {
    const orders = (await bought()).slice(0, 1);
    orders.push((await api.place(buyers[0]!, [line(mug)])).body);
    const key = randomUUID();
    const paid = await together(...orders.map((order) => () => api.pay(buyers[0]!, order, {}, { key })));
    expect(outcomes(paid)).toEqual(['201', 'idempotency_key_reused']);
  });

  it('to pay one order pay it once', async () => {
    const [order] = (await bought()) as [OrderBody];
    const paid = await together(...buyers.map(() => () => api.pay(buyers[0]!, order)));
    expect(outcomes(paid).filter((outcome) => outcome === '201')).toHaveLength(1);
    expect(await api.orderOf(order)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  it('are not kept waiting by one whose order somebody else holds', async () => {
    const orders = await bought();
    const bystander = new Client({ connectionString: api.settings.DATABASE_URL });
    await bystander.connect();
    let held: Promise<Answer<PaymentBody>> | undefined;
    try {
      await bystander.query('BEGIN');
      await bystander.query('SELECT FROM orders WHERE id = $1 FOR UPDATE', [decodeId('ord', orders[0]!.id)]);
      const began = performance.now();
      const paid = await grouped(api.app.get(Transaction), buyers.length, () => {
        held = api.pay(buyers[0]!, orders[0]!);
        return Promise.all(orders.slice(1).map((order, n) => api.pay(buyers[n + 1]!, order)));
      });
      expect(paid.map(({ body }) => body.status)).toEqual(paid.map(() => 'captured'));
      expect(performance.now() - began).toBeLessThan(1500);
      expect(await api.orderOf(orders[0]!)).toMatchObject({ paymentStatus: 'unpaid' });
    } finally {
      await bystander.end();
    }
    expect((await held)?.body).toMatchObject({ status: 'captured' });
  });

  it('and are cancelled at that moment, end one way or the other, and none fails', async () => {
    const plate = await api.product(100);
    for (let round = 0; round < 10; round++) {
      const orders = await Promise.all(
        buyers.map(async (buyer) => (await api.place(buyer, [line(plate), line(mug)])).body),
      );
      const cancelled = orders.map(({ id }, n) =>
        api.post(`/v1/orders/${id}/cancellation`, { token: buyers[n]!.token }),
      );
      const paid = orders.map((order, n) => api.pay(buyers[n]!, order));
      const placed = buyers.map((buyer) => api.place(buyer, [line(mug), line(plate)]));
      const answers: Answer<unknown>[] = await Promise.all([...cancelled, ...paid, ...placed]);
      expect(outcomes(answers).filter((outcome) => !['201', 'invalid_transition'].includes(outcome))).toEqual([]);
      const more = (await Promise.all(placed)).map(({ body }) => body);
      await Promise.all(
        more.map(({ id }, n) => api.post(`/v1/orders/${id}/cancellation`, { token: buyers[n]!.token })),
      );
    }
    expect(await api.stockOf(plate)).toMatchObject(await api.stockOf(mug));
  });
});

it('When the database drops its sessions, the group is answered 503, and each key has one effect after it', async () => {
  const bystander = new Client({ connectionString: api.settings.DATABASE_URL });
  await bystander.connect();
  const keys = buyers.map(() => randomUUID());
  const place = (n: number) => api.place(buyers[n]!, [line(mug)], { key: keys[n]! });
  await bystander.query('BEGIN; LOCK TABLE order_lines IN SHARE MODE');
  const answers = together(...buyers.map((_, n) => () => place(n)));
  let [dropped, areAnswered] = [0, false];
  const answered = answers.finally(() => (areAnswered = true));
  try {
    // Whoever waits: the group, or one of it by itself.
    const drop = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const isOver = async () => {
      dropped += (await api.sql(drop)).length;
      return areAnswered;
    };
    await expect.poll(isOver, { interval: 10 }).toBe(true);
    expect((await answered).map(({ status }) => status)).toEqual(buyers.map(() => 503));
    expect(dropped).toBeGreaterThan(0);
  } finally {
    await bystander.end();
  }
  expect(await api.stockOf(mug)).toMatchObject({ reserved: 0 });
  const again = await Promise.all(buyers.map((_, n) => insist(() => place(n))));
  expect(outcomes(again)).toEqual(buyers.map(() => '201'));
  expect(await api.stockOf(mug)).toMatchObject({ reserved: buyers.length });
});
