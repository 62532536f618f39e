import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import { assertBooks } from '../../support/books.js';
import type { PaymentBody, ProductBody } from '../../support/bodies.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import type { Answer } from '../../support/http-client.js';
import { insist } from '../../support/insist.js';
import { randomOf } from '../../support/mutation.js';
import { redisDatabase } from '../../support/redis.js';
import { commitSeed } from '../../support/seed.js';
import { type Person, type Settings, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

/** `CRASH_ROUNDS=30 CRASH_SEED=7 npm test -- test/crash/payments/crashes`; the same seed draws the same moments. */
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const seed = Number(process.env['CRASH_SEED'] ?? commitSeed);
const BUYERS = 20;

let database: TestDatabase;
let settings: Settings;
let api: BuiltProcess;
let shop: Shop;
beforeAll(async () => {
  database = await createDatabase();
  const PORT = String(await freePort());
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const ways = { NODE_ENV: 'test', LOG_LEVEL: 'info', RATE_LIMIT_SCALE: '100000', ...withoutQuotas };
  settings = { ...ways, ...servers, PORT, PUBLIC_URL: `http://127.0.0.1:${PORT}` };
  api = await startBuilt('main.js', settings);
  shop = shopAt(api.url, settings);
}, 240_000);
afterEach(() => assertBooks(shop));
afterAll(async () => {
  await api?.stop();
  await shop?.leave();
  await database?.drop();
});

/** Ends the api at this very moment, with everything it has begun, and starts it again on the same port. */
async function crash(): Promise<void> {
  const ended = once(api.child, 'exit');
  api.child.kill('SIGKILL');
  await ended;
  api = await startBuilt('main.js', settings);
}

/** Places an order and pays it, by two requests or by one, and lets nothing keep it from it. */
async function buy(buyer: Person, { id }: ProductBody, requests: 1 | 2): Promise<PaymentBody> {
  const [placing, paying, lines] = [randomUUID(), randomUUID(), [{ productId: id, quantity: 1 }]];
  if (requests === 1) {
    const bought = await insist(() => shop.checkOut(buyer, lines, {}, { key: placing }));
    expect(bought).toMatchObject({ status: 201, body: { status: 'confirmed', paymentStatus: 'paid' } });
    return bought.body.payment;
  }
  const placed = await insist(() => shop.place(buyer, lines, { key: placing }));
  expect(placed.status).toBe(201);
  const paid = await insist(() => shop.pay(buyer, placed.body, {}, { key: paying }));
  expect(paid.status).toBe(201);
  return paid.body;
}

/** Buys, gets a cent back, and lets nothing keep it from it. */
async function buyAndReturn(buyer: Person, product: ProductBody, requests: 1 | 2): Promise<void> {
  const payment = await buy(buyer, product, requests);
  expect(payment).toMatchObject({ status: 'captured', capturedAmount: 1000 });
  const [admin, key] = [await shop.admin(), randomUUID()];
  const refunded = await insist(() => shop.refund(admin, payment, { amount: 1 }, { key }));
  expect(refunded).toMatchObject({ status: 201, body: { status: 'succeeded' } });
}

/** What each customer has: orders, those that are paid, payments, and what the provider did by its own books. */
const PURCHASES = `
  SELECT count(DISTINCT o.id)::int AS orders, count(DISTINCT o.id) FILTER (WHERE o.captured_amount = o.total)::int AS paid,
    count(DISTINCT p.id)::int AS payments, count(*) FILTER (WHERE s.kind = 'charge')::int AS charges,
    count(*) FILTER (WHERE s.kind = 'refund')::int AS refunds
  FROM orders o LEFT JOIN payments p ON p.order_id = o.id LEFT JOIN sandbox.operations s ON s.payment_id = p.id
  WHERE o.id IN (SELECT order_id FROM order_lines WHERE sku = $1) GROUP BY o.customer_id`;
const ONE_OF_EACH = { orders: 1, paid: 1, payments: 1, charges: 1, refunds: 1 };

it(
  `Whenever the api is killed, retries end in one order, one charge, one refund (seed ${seed})`,
  async () => {
    const random = randomOf(seed);
    for (let round = 0; round < ROUNDS; round++) {
      const [mug, ...buyers] = await Promise.all([
        shop.product(BUYERS),
        ...Array.from({ length: BUYERS }, () => shop.person()),
      ]);
      const bought = Promise.all(buyers.map((buyer, n) => buyAndReturn(buyer, mug, n % 2 === 0 ? 1 : 2)));
      await delay(random() * 250); // the moment of the crash, not a wait for something
      await crash();
      await bought;
      expect(await shop.sql(PURCHASES, [mug.sku])).toEqual(buyers.map(() => ONE_OF_EACH));
      expect(await shop.stockOf(mug)).toEqual({ onHand: BUYERS, reserved: BUYERS, available: 0 });
    }
  },
  ROUNDS * 40_000,
);

/** Holds up everybody who needs a table, and goes on once `send` waits there; `answer` is what that ends in. */
const holdingUp =
  (bystander: Client) =>
  async <T>(table: string, send: () => Promise<Answer<T>>) => {
    await bystander.query(`LOCK TABLE ${table}`);
    const answer = insist(send);
    const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = '${table}'::regclass`;
    await expect.poll(async () => (await bystander.query(waiting)).rowCount).toBe(1);
    return { answer };
  };

it('Killed while an order is placed, a provider called and an answer recorded, it takes all three up again', async () => {
  const mug = await shop.product(3);
  const [placer, caller, recorder] = await Promise.all([shop.person(), shop.person(), shop.person()]);
  const placed = async (buyer: Person) => (await shop.place(buyer, [{ productId: mug.id, quantity: 1 }])).body;
  const [called, recorded] = [await placed(caller), await placed(recorder)];
  const bystander = new Client({ connectionString: settings.DATABASE_URL });
  await bystander.connect();
  await bystander.query('BEGIN');
  const stuckAt = holdingUp(bystander);

  const [key1, key2, key3] = [randomUUID(), randomUUID(), randomUUID()];
  const recording = await stuckAt('provider_events', () => shop.pay(recorder, recorded, {}, { key: key1 }));
  const calling = await stuckAt('sandbox.operations', () => shop.pay(caller, called, {}, { key: key2 }));
  const lines = [{ productId: mug.id, quantity: 1 }];
  const placing = await stuckAt('idempotency_keys', () => shop.place(placer, lines, { key: key3 }));
  const crashed = crash();
  await once(api.child, 'exit');
  await bystander.end();
  await crashed;

  expect(await recording.answer).toMatchObject({ status: 201, body: { status: 'captured' } });
  expect(await calling.answer).toMatchObject({ status: 201, body: { status: 'captured' } });
  const order = await placing.answer;
  expect(order.status).toBe(201);
  await shop.pay(placer, order.body);
  expect(await shop.sql(PURCHASES, [mug.sku])).toEqual([1, 2, 3].map(() => ({ ...ONE_OF_EACH, refunds: 0 })));
  expect(await shop.stockOf(mug)).toEqual({ onHand: 3, reserved: 3, available: 0 });
});

it('Killed at each step of an order that is placed with its payment, it takes each up again', async () => {
  const [mug, ...buyers] = await Promise.all([shop.product(3), shop.person(), shop.person(), shop.person()]);
  const bystander = new Client({ connectionString: settings.DATABASE_URL });
  await bystander.connect();
  await bystander.query('BEGIN');
  const stuckAt = holdingUp(bystander);
  const lines = [{ productId: mug.id, quantity: 1 }];
  const [recorder, caller, placer] = buyers.map((buyer) => {
    const key = randomUUID();
    return () => shop.checkOut(buyer, lines, {}, { key });
  });
  const recording = await stuckAt('provider_events', recorder!);
  const calling = await stuckAt('sandbox.operations', caller!);
  const placing = await stuckAt('order_lines', placer!);
  const crashed = crash();
  await once(api.child, 'exit');
  await bystander.end();
  await crashed;

  for (const { answer } of [recording, calling, placing])
    expect(await answer).toMatchObject({ status: 201, body: { status: 'confirmed', payment: { status: 'captured' } } });
  expect(await shop.sql(PURCHASES, [mug.sku])).toEqual([1, 2, 3].map(() => ({ ...ONE_OF_EACH, refunds: 0 })));
  expect(await shop.stockOf(mug)).toEqual({ onHand: 3, reserved: 3, available: 0 });
});
