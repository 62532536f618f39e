import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/servers/ports.js';
import { decodeId, encodeId, type OrderId } from '../../../src/shared/ids.js';
import { assertBooks } from '../../support/books.js';
import type { OrderBody, PaymentBody, ProductBody } from '../../support/bodies.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { committedBy, type Operation, operations, type Plan, plansOf } from '../../support/deaths.js';
import { type Gates, gatesIn, points } from '../../support/gates.js';
import type { Answer } from '../../support/http-client.js';
import { insist } from '../../support/insist.js';
import { randomOf } from '../../support/mutation.js';
import { redisDatabase } from '../../support/redis.js';
import { commitSeed } from '../../support/seed.js';
import { type Person, type Settings, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

/** `CRASH_RUNS=100 CRASH_SEED=7 npm test -- test/crash/payments/killed-processes`; the same seed makes the same runs. */
const runs = Number(process.env['CRASH_RUNS'] ?? 6);
const seed = Number(process.env['CRASH_SEED'] ?? commitSeed);

let database: TestDatabase;
let gates: Gates;
let settings: Settings;
let api: BuiltProcess;
let worker: BuiltProcess;
let shop: Shop;
let mug: ProductBody;
beforeAll(async () => {
  database = await createDatabase();
  gates = await gatesIn(database.url);
  const PORT = String(await freePort());
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const ways = { NODE_ENV: 'test', LOG_LEVEL: 'info', RATE_LIMIT_SCALE: '100000', ...withoutQuotas };
  settings = { ...ways, ...servers, PORT, PUBLIC_URL: `http://127.0.0.1:${PORT}` };
  await start();
  shop = shopAt(api.url, settings);
  mug = await shop.product(10_000);
}, 120_000);
afterEach(() => assertBooks(shop));
afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await Promise.all([shop?.leave(), gates?.leave()]);
  await database?.drop();
});

async function start(): Promise<void> {
  [api, worker] = await Promise.all([startBuilt('main.js', settings), startBuilt('worker.js', settings)]);
}

/** kill -9: it ends at this very moment, with everything it has begun. */
async function kill({ child }: BuiltProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** An operation that a client wants done once, under one key. */
interface Job {
  readonly operation: Operation;
  readonly kind: 'authorize' | 'capture' | 'refund';
  /** The id of the order that it is about, or of the customer who has no other. */
  readonly whose: string;
  readonly send: () => Promise<Answer<object>>;
  /** What it comes to: the answer, and what must be left of it everywhere. */
  readonly answer: object;
  readonly left: object;
}

const admin = () => shop.admin();
const paid = async (buyer: Person, order: OrderBody, capture = 'automatic') =>
  (await shop.pay(buyer, order, { capture })).body;

/** What each operation is, once all it needs has been done before. */
const jobs: Record<Operation, (buyer: Person, order: OrderBody, amount: number) => Promise<Job>> = {
  checkOut: async () => {
    const [buyer, key] = [await shop.person(), randomUUID()];
    const payment = { status: 'captured', capturedAmount: 1000 };
    return {
      operation: 'checkOut',
      kind: 'authorize',
      whose: decodeId('usr', buyer.id)!,
      send: () => shop.checkOut(buyer, [{ productId: mug.id, quantity: 1 }], {}, { key }),
      answer: { status: 201, body: { status: 'confirmed', paymentStatus: 'paid', payment } },
      left: leaves(['authorize'], ['charge 1000'], ['capture'], ['payment.captured']),
    };
  },
  pay: async (buyer, order) => {
    const key = randomUUID();
    return {
      operation: 'pay',
      kind: 'authorize',
      whose: decodeId('ord', order.id)!,
      send: () => shop.pay(buyer, order, {}, { key }),
      answer: { status: 201, body: { status: 'captured', capturedAmount: 1000 } },
      left: leaves(['authorize'], ['charge 1000'], ['capture'], ['payment.captured']),
    };
  },
  capture: async (buyer, order, amount) => {
    const [payment, { token }] = [await paid(buyer, order, 'manual'), await admin()];
    const options = { token, body: { amount }, key: randomUUID() };
    const status = amount < 1000 ? 'partially_captured' : 'captured';
    return {
      operation: 'capture',
      kind: 'capture',
      whose: decodeId('ord', order.id)!,
      send: () => shop.post<PaymentBody>(`/v1/payments/${payment.id}/captures`, options),
      answer: { status: 201, body: { status, capturedAmount: amount } },
      left: leaves(
        ['authorize', 'capture'],
        ['authorize 1000', `capture ${amount}`],
        ['capture'],
        ['payment.authorized', 'payment.captured'],
      ),
    };
  },
  refund: async (buyer, order, amount) => {
    const [payment, finance, key] = [await paid(buyer, order), await admin(), randomUUID()];
    return {
      operation: 'refund',
      kind: 'refund',
      whose: decodeId('ord', order.id)!,
      send: () => shop.refund(finance, payment, { amount }, { key }),
      answer: { status: 201, body: { status: 'succeeded', amount } },
      left: leaves(
        ['authorize', 'refund'],
        ['charge 1000', `refund ${amount}`],
        ['capture', 'refund'],
        ['payment.captured', 'refund.succeeded'],
      ),
    };
  },
};

/** What is written of an order's payment, each thing once: here, at the provider, in the ledger, for those who listen. */
function leaves(attempts: string[], provider: string[], ledger: string[], events: string[]) {
  return { payments: 1, attempts: attempts.map((kind) => `${kind} succeeded`), provider, ledger, events };
}
const LEFT = `
  SELECT count(*)::int AS payments,
    (SELECT array_agg(kind || ' ' || state ORDER BY kind) FROM payment_attempts a WHERE a.payment_id = p.id) AS attempts,
    (SELECT array_agg(kind || ' ' || amount ORDER BY kind) FROM sandbox.operations s WHERE s.payment_id = p.id
      AND outcome = 'succeeded') AS provider,
    (SELECT array_agg(kind ORDER BY kind) FROM ledger_transactions t WHERE t.order_id = $1) AS ledger,
    (SELECT array_agg(type ORDER BY type) FROM events e WHERE e.order_id = $2 AND e.aggregate_type = 'payment') AS events
  FROM payments p WHERE order_id = $1 GROUP BY p.id`;

const ordersOf = async ({ whose }: Job) =>
  (await shop.sql('SELECT id FROM orders WHERE $1 IN (id, customer_id)', [whose])).map(({ id }) => id as OrderId);

/** How many of the commits of a job there are: of its attempt, the provider's effect, and what is recorded of it. */
const commitsOf = async ({ whose, kind }: Job): Promise<unknown> => {
  const [row] = await shop.sql(
    `SELECT (count(*) + count(s.attempt_id) + count(e.attempt_id))::int AS commits
     FROM payments p JOIN payment_attempts a ON a.payment_id = p.id LEFT JOIN sandbox.operations s ON s.attempt_id = a.id
       LEFT JOIN provider_events e ON e.attempt_id = a.id WHERE $1 IN (p.order_id, p.customer_id) AND a.kind = $2`,
    [whose, kind],
  );
  return row?.['commits'];
};
/** Lets half a minute pass for what a dead process left of this. */
const letTimePass = ({ whose }: Job) =>
  shop.sql(
    `UPDATE payment_attempts SET next_check_at = now() - interval '1 s'
     WHERE state = 'started' AND payment_id IN (SELECT id FROM payments WHERE $1 IN (order_id, customer_id))`,
    [whose],
  );

async function prepare({ chance }: Plan): Promise<Job[]> {
  const buyer = await shop.person();
  const amount = chance < 0.2 ? 1000 : Math.ceil(chance * 999);
  return Promise.all(
    operations.map(async (operation) =>
      jobs[operation](buyer, (await shop.place(buyer, [{ productId: mug.id, quantity: 1 }])).body, amount),
    ),
  );
}

/** Sends all of them, each held up where it is to die, and kills api and worker over them. */
async function die(all: readonly Job[], { deaths }: Plan): Promise<void> {
  const opened: (() => Promise<void>)[] = [];
  for (const job of all) {
    const { point, fate } = deaths[job.operation];
    const gate = await gates.close(job.whose, point);
    job.send().catch(() => undefined); // nobody is left to answer
    await gate.reached();
    opened.push(() => gate.open(fate));
  }
  await Promise.all([kill(api), kill(worker)]);
  for (const open of opened) await open();
  for (const job of all) expect(await commitsOf(job)).toBe(committedBy(deaths[job.operation]));
}

/** The worker takes up what is left of a job, and dies over that as well. */
async function dieAgain(job: Job, { workerDeath, chance }: Plan): Promise<void> {
  await letTimePass(job);
  const gate = workerDeath && (await gates.close(job.whose, workerDeath.point));
  await start();
  await (gate ? gate.reached() : delay(chance * 300)); // without a gate, the moment of its death
  await kill(worker);
  if (!workerDeath) return;
  await gate?.open(workerDeath.fate);
  expect(await commitsOf(job)).toBe(committedBy(workerDeath));
}

describe(`Killed at its recovery points (CRASH_SEED=${seed})`, () => {
  const plans = plansOf(runs, randomOf(seed)).map((plan) => [plan.name, plan] as const);
  it.each(plans)(
    '%s',
    async (_, plan) => {
      const all = await prepare(plan);
      await die(all, plan);
      const late = all.find(({ operation }) => operation === plan.late)!;
      const others = all.filter((job) => job !== late);
      const dying = dieAgain(late, plan);
      const answers = Promise.all(others.map(({ send }) => insist(send)));
      await dying;
      worker = await startBuilt('worker.js', settings);
      const commits = committedBy(plan.deaths[plan.late]) > 0 ? points.length : 0;
      // What a dead worker had claimed is free after its lease of 15 s.
      await expect.poll(() => commitsOf(late), { timeout: 45_000 }).toBe(commits);
      expect(await answers).toMatchObject(others.map(({ answer }) => answer));
      expect(await insist(late.send)).toMatchObject(late.answer);
      for (const job of all) {
        const orders = await ordersOf(job);
        expect(orders).toHaveLength(1);
        expect(await shop.sql(LEFT, [orders[0], encodeId('ord', orders[0]!)])).toEqual([job.left]);
      }
    },
    120_000,
  );
});
