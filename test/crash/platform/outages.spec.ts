import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertBooks } from '../../support/books.js';
import type { ProductBody } from '../../support/bodies.js';
import { runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { hanging } from '../../support/hanging.js';
import type { Answer } from '../../support/http-client.js';
import { insist } from '../../support/insist.js';
import { problemIn } from '../../support/problem.js';
import { ownPostgres, ownRedis, type OwnServer } from '../../support/servers.js';
import { type Person, type Settings, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';

let postgres: OwnServer;
let redis: OwnServer;
let settings: Settings;
let api: BuiltProcess;
let shop: Shop;
let shopper: Person;
let mug: ProductBody;
beforeAll(async () => {
  [postgres, redis] = [await ownPostgres(), await ownRedis()];
  const servers = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
  settings = {
    NODE_ENV: 'test',
    RATE_LIMIT_SCALE: '100000',
    ...withoutQuotas,
    PUBLIC_URL: 'http://till.test',
    ...servers,
  };
  await runCli(['migrate'], settings);
  api = await startBuilt('main.js', settings);
  shop = shopAt(api.url, settings);
  [shopper, mug] = await Promise.all([shop.person(), shop.product(100_000)]);
}, 240_000);
afterEach(() => assertBooks(shop));
afterAll(async () => {
  await api?.stop();
  await shop?.leave();
  await Promise.all([postgres?.remove(), redis?.remove()]);
});

interface Timed extends Answer<{ readonly id?: string; readonly status?: unknown }> {
  /** Milliseconds until the answer was there. */
  readonly ms: number;
}

async function timed(send: () => Promise<Answer<object>>): Promise<Timed> {
  const began = performance.now();
  return { ...(await send()), ms: performance.now() - began };
}

const place = (key: string = randomUUID()) => shop.place(shopper, [{ productId: mug.id, quantity: 1 }], { key });
const orders = async () => (await shop.sql('SELECT count(*)::int AS n FROM orders'))[0]?.['n'] as number;
const ready = async () => {
  const { status, body } = await shop.request('GET /health/ready');
  return `${status} ${String(body['status'])}`;
};
const live = () => shop.request('GET /health/live');
/** How long the answers took, but for two of forty: a busy machine may hold one up. */
const slowest = (answers: readonly Timed[]) => answers.map(({ ms }) => ms).toSorted((a, b) => b - a)[2];
const SOON = { timeout: 20_000 };

/** Stops a server while `work` runs. */
async function stopped(server: OwnServer, work: () => Promise<void>): Promise<void> {
  await server.stop();
  try {
    await work();
  } finally {
    await server.start();
  }
}

/** Four customers who place and pay five orders each, one after the other. */
const buyAll = async () => (await Promise.all([buyFive(), buyFive(), buyFive(), buyFive()])).flat();
const buyFive = async () => [await buyOne(), await buyOne(), await buyOne(), await buyOne(), await buyOne()].flat();
async function buyOne(): Promise<Timed[]> {
  const placed = await timed(place);
  return [placed, await timed(() => shop.pay(shopper, { id: String(placed.body.id) }))];
}

describe('Without Redis', () => {
  it('orders are placed and paid within a second each, and readiness says degraded', async () => {
    await stopped(redis, async () => {
      const answers = await buyAll();
      expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
      expect(slowest(answers)).toBeLessThan(1000);
      await expect.poll(ready, SOON).toBe('200 degraded');
    });
    await expect.poll(ready, SOON).toBe('200 ok');
  });

  it('that hangs, too', async () => {
    await hanging(redis, async () => {
      const answers = await buyAll();
      expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
      expect(slowest(answers)).toBeLessThan(1000);
      await expect.poll(ready, SOON).toBe('200 degraded');
    });
    await expect.poll(ready, SOON).toBe('200 ok');
  });
});

/** A 503 that says when to come back, in time; answers how many milliseconds it took. */
function refusedIn(answer: Timed): number {
  assert.equal(problemIn(answer).code, 'database_unavailable');
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]/);
  return answer.ms;
}

/** Places and pays one order, and lets nothing keep it from it; answers both statuses. */
async function buy(): Promise<number[]> {
  const [placing, paying] = [randomUUID(), randomUUID()];
  const placed = await insist(() => place(placing));
  return [placed.status, (await insist(() => shop.pay(shopper, placed.body, {}, { key: paying }))).status];
}

describe('Without PostgreSQL', () => {
  it('requests get a 503 at once; started again, it resumes by itself, and each key has one effect', async () => {
    const { body: order } = await place();
    const [placing, paying] = [randomUUID(), randomUUID()];
    const pay = () => shop.pay(shopper, order, {}, { key: paying });
    await stopped(postgres, async () => {
      const answers = await Promise.all([timed(() => place(placing)), timed(pay), timed(() => place())]);
      expect(Math.max(...answers.map(refusedIn))).toBeLessThan(5000);
      expect((await live()).status).toBe(200);
      await expect.poll(ready, SOON).toBe('503 error');
    });
    const [placed, paid] = await Promise.all([insist(() => place(placing)), insist(pay)]);
    expect([placed.status, paid.status]).toEqual([201, 201]);
    expect((await place(placing)).text).toBe(placed.text);
    expect((await pay()).text).toBe(paid.text);
    await expect.poll(ready, SOON).toBe('200 ok');
  });

  it('that stops or dies in the midst of many orders, all are placed and paid once by who insists', async () => {
    for (const end of ['SIGINT', 'SIGKILL'] as const) {
      const before = await orders();
      const bought = Promise.all(Array.from({ length: 30 }, buy));
      await expect.poll(orders).toBeGreaterThan(before);
      process.kill(postgres.pid(), end);
      await stopped(postgres, async () => {});
      expect(new Set((await bought).flat())).toEqual(new Set([201]));
      expect(await orders()).toBe(before + 30);
    }
  });

  it('that hangs, requests get a 503 within 5 s, whenever they come and however many', async () => {
    const { body: order } = await place();
    const [placing, paying] = [randomUUID(), randomUUID()];
    const pay = () => shop.pay(shopper, order, {}, { key: paying });
    await Promise.all(Array.from({ length: 20 }, () => place())); // so that all connections are open
    await hanging(postgres, async () => {
      const answers = [timed(() => place(placing)), timed(pay)];
      // More at once than there are connections, and some that come while those wait.
      for (let n = 0; n < 30; n++) answers.push(timed(() => place()));
      for (const second of [1, 2, 3]) answers.push(after(second, () => timed(() => place())));
      expect(Math.max(...(await Promise.all(answers)).map(refusedIn))).toBeLessThan(5000);
      expect((await live()).status).toBe(200);
      await expect.poll(ready, SOON).toBe('503 error');
    });
    const [placed, paid] = await Promise.all([insist(() => place(placing)), insist(pay)]);
    expect([placed.status, paid.status]).toEqual([201, 201]);
    await expect.poll(ready, SOON).toBe('200 ok');
  });
});

async function after<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return work();
}
