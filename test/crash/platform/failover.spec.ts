import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { RunningServer } from '../../../tools/servers/postgres.js';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertBooks } from '../../support/books.js';
import type { ProductBody } from '../../support/bodies.js';
import { builtEntry, runCli } from '../../support/build.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import type { Answer } from '../../support/http-client.js';
import { ownPostgres, ownRedis } from '../../support/servers.js';
import { type Person, type Settings, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';
import { onServer, postgresPair, sessionsOf } from '../../support/standby.js';
import { switchableProxy } from '../../support/switchable-proxy.js';

/** Orders that are placed and paid in a second, before, during and after the failover; fewer on a machine that takes no more. */
const RATE = 50;
/** Customers who buy at the same time at most, so that a slow machine is not refusing for its slowness. */
const CUSTOMERS = 8;
/** How long orders come before it, and after it, in milliseconds. */
const BEFORE_MS = 2000;
const AFTER_MS = 8000;
/** How long it may take until all is served again, in milliseconds. */
const BACK_WITHIN_MS = 5000;
const SOON = { timeout: 60_000, interval: 100 };

interface Attempt {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
  readonly retryAfter: string | null;
}

/** What a failover is done to: a running api and worker. */
interface Running {
  readonly shop: Shop;
  readonly shopper: Person;
  readonly mug: ProductBody;
  readonly api: BuiltProcess;
  readonly worker: BuiltProcess;
  readonly mails: string;
}

const cleanups: (() => Promise<unknown>)[] = [];
const atEnd = <T>(made: T, remove: (made: T) => Promise<unknown>): T => {
  cleanups.push(() => remove(made));
  return made;
};
beforeAll(async () => void (await builtEntry('main.js')), 300_000);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}, 60_000);

async function run(databaseUrl: string, redisUrl: string): Promise<Running> {
  const mails = atEnd(await mkdtemp(path.join(tmpdir(), 'till-mails-')), (folder) => rm(folder, { recursive: true }));
  const settings: Settings = {
    NODE_ENV: 'test',
    RATE_LIMIT_SCALE: '100000',
    ...withoutQuotas,
    PUBLIC_URL: 'http://till.test',
    MAIL_DIRECTORY: mails,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
  };
  await runCli(['migrate'], settings);
  const api = atEnd(await startBuilt('main.js', settings), ({ stop }) => stop());
  const worker = atEnd(await startBuilt('worker.js', settings), ({ stop }) => stop());
  const shop = atEnd(shopAt(api.url, settings), ({ leave }) => leave());
  const [shopper, mug] = await Promise.all([shop.person(), shop.product(1_000_000)]);
  return { shop, shopper, mug, api, worker, mails };
}

/** Places and pays orders at the rate, each until it is done, while `work` runs and for a while before and after. */
async function underLoad({ shop, shopper, mug }: Running, work: () => Promise<void>) {
  const attempts: Attempt[] = [];
  const buy = async (): Promise<string> => {
    const key = crypto.randomUUID();
    for (;;) {
      const sentAt = performance.now();
      const answer = await shop.checkOut(shopper, [{ productId: mug.id, quantity: 1 }], {}, { key });
      attempts.push(attemptOf(answer, sentAt));
      if (answer.status === 201) return answer.body.id;
      await delay(200);
    }
  };
  const orders: Promise<string>[] = [];
  let open = 0;
  const buying = setInterval(() => {
    if (open === CUSTOMERS) return;
    open += 1;
    orders.push(buy().finally(() => (open -= 1)));
  }, 1000 / RATE);
  await delay(BEFORE_MS);
  const failedAt = performance.now();
  await work();
  const switchedAt = performance.now();
  await delay(AFTER_MS);
  clearInterval(buying);
  return { ids: await Promise.all(orders), attempts, failedAt, switchedAt };
}

function attemptOf({ status, headers }: Answer<unknown>, sentAt: number): Attempt {
  return { sentAt, answeredAt: performance.now(), status, retryAfter: headers.get('retry-after') };
}

/** Nothing but 201, and 503 with Retry-After; and only 201 to what was sent five seconds after the switch. */
function assertServed({ attempts, switchedAt }: { attempts: readonly Attempt[]; switchedAt: number }): void {
  expect(attempts.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
  expect(attempts.filter(({ status, retryAfter }) => status === 503 && !/^[1-9]/.test(retryAfter ?? ''))).toEqual([]);
  const late = attempts.filter(({ sentAt, status }) => sentAt > switchedAt + BACK_WITHIN_MS && status !== 201);
  expect(late).toEqual([]);
  const served = attempts.filter(({ sentAt, status }) => sentAt > switchedAt && status === 201);
  expect(Math.min(...served.map(({ answeredAt }) => answeredAt)) - switchedAt).toBeLessThan(BACK_WITHIN_MS);
}

const UNDELIVERED = `SELECT (SELECT count(*) FROM outbox)::int + (SELECT count(*) FROM event_deliveries WHERE status <> 'done')::int AS n`;
/** The longest time from an event to its effect, in seconds, of events of the last minutes. */
const SLOWEST = `SELECT max(extract(epoch FROM d.done_at - e.created_at))::float8 AS seconds FROM event_deliveries d JOIN events e ON e.id = d.event_id`;

/** Every order exists once and is confirmed, every event is delivered and every confirmation mailed. Returns the slowest delivery, in seconds. */
async function assertDelivered(running: Running, ids: readonly string[], databaseUrl: string): Promise<number> {
  const client = atEnd(new Client({ connectionString: databaseUrl }), (it) => it.end());
  await client.connect();
  const one = async (sql: string) => Object.values((await client.query<Record<string, number>>(sql)).rows[0]!)[0]!;
  await expect.poll(() => one(UNDELIVERED), SOON).toBe(0);
  expect(await one(`SELECT count(*)::int FROM orders WHERE status = 'confirmed'`)).toBe(ids.length);
  expect(await one('SELECT count(*)::int FROM orders')).toBe(ids.length);
  expect((await readdir(running.mails)).filter((name) => name.endsWith('.eml'))).toHaveLength(ids.length);
  const slowest = await one(SLOWEST);
  await client.end();
  cleanups.pop();
  return slowest;
}

const ready = async ({ url }: BuiltProcess) => {
  const response = await fetch(`${url}/health/ready`);
  return ((await response.json()) as { readonly status: string }).status;
};
const isRunning = ({ child }: BuiltProcess) => child.exitCode === null && child.signalCode === null;

async function assertWell({ shop, api, worker }: Running): Promise<void> {
  expect([isRunning(api), isRunning(worker)]).toEqual([true, true]);
  await expect.poll(() => ready(api), SOON).toBe('ok');
  await expect.poll(() => ready(worker), SOON).toBe('ok');
  await assertBooks(shop);
}

/** What came of it, in words. */
function summary({ attempts, failedAt, switchedAt }: Awaited<ReturnType<typeof underLoad>>, slowest: number): string {
  const count = (status: number) => attempts.filter((attempt) => attempt.status === status).length;
  const lastRefusal = attempts.filter(({ status }) => status === 503).at(-1);
  const back = lastRefusal ? `, the last ${Math.round(lastRefusal.answeredAt - switchedAt)} ms after the switch` : '';
  const took = Math.round(switchedAt - failedAt);
  return `${count(201)} orders, ${count(503)} refusals${back}; the switch took ${took} ms, the slowest delivery ${slowest.toFixed(1)} s`;
}

interface Result {
  readonly words: string;
  /** Seconds from an event to its effect, at most. */
  readonly slowest: number;
}

const at = (url: string, port: number) => Object.assign(new URL(url), { port: String(port) }).href;
const resume = async (pids: readonly number[]) => pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
/** Stops processes in their tracks, connections and all, until the test has ended. */
function freeze(...pids: number[]): void {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  atEnd(pids, resume);
}

type DemotePostgres = (primary: RunningServer) => Promise<void>;

async function failOverPostgres(demote: DemotePostgres): Promise<Result> {
  const pair = atEnd(await postgresPair(), ({ remove }) => remove());
  const redis = atEnd(await ownRedis(), ({ remove }) => remove());
  const proxy = atEnd(await switchableProxy(pair.primary.port), ({ close }) => close());
  const running = await run(at(pair.primary.url, proxy.port), redis.url);
  const load = await underLoad(running, async () => {
    await demote(pair.primary);
    await onServer(pair.standby.url, 'SELECT pg_promote(true)');
    proxy.switchTo(pair.standby.port);
  });
  assertServed(load);
  const slowest = await assertDelivered(running, load.ids, pair.standby.url);
  await assertWell(running);
  return { words: summary(load, slowest), slowest };
}

describe('A failover of PostgreSQL', { timeout: 240_000 }, () => {
  it('whose primary becomes read-only and keeps its connections', async ({ annotate }) => {
    const { words, slowest } = await failOverPostgres(({ url }) =>
      onServer(url, 'ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()'),
    );
    await annotate(words);
    expect(slowest).toBeLessThan(30); // what a job could not claim meanwhile is queued again after 15 s
  });

  // It measures times on a machine that other tests use too, so it may be repeated once.
  it('whose primary falls silent and keeps its connections', { retry: 1 }, async ({ annotate }) => {
    const { words, slowest } = await failOverPostgres(async ({ url, pid }) => freeze(pid, ...(await sessionsOf(url))));
    await annotate(words);
    expect(slowest).toBeLessThan(30);
  });
});

type DemoteRedis = (old: Redis, pid: number, newPort: number) => Promise<unknown>;

async function failOverRedis(demote: DemoteRedis): Promise<Result> {
  const postgres = atEnd(await ownPostgres(), ({ remove }) => remove());
  const [one, two] = [await ownRedis(), await ownRedis()];
  for (const server of [one, two]) atEnd(server, ({ remove }) => remove());
  const proxy = atEnd(await switchableProxy(one.port), ({ close }) => close());
  const [old, next] = [new Redis(one.url), new Redis(two.url)];
  for (const redis of [old, next]) atEnd(redis, async () => redis.disconnect());
  await next.replicaof('127.0.0.1', one.port);
  const running = await run(postgres.url, at(one.url, proxy.port));
  const load = await underLoad(running, async () => {
    await next.replicaof('NO', 'ONE');
    await demote(old, one.pid(), two.port);
    proxy.switchTo(two.port);
  });
  assertServed(load);
  const slowest = await assertDelivered(running, load.ids, postgres.url);
  await assertWell(running);
  return { words: summary(load, slowest), slowest };
}

describe('A failover of Redis', { timeout: 240_000 }, () => {
  it.each<[string, DemoteRedis]>([
    ['becomes a replica', (old, _, port) => old.replicaof('127.0.0.1', port)],
    ['stays one for the connections it has', () => Promise.resolve()],
    ['falls silent', async (_, pid) => freeze(pid)],
  ])('whose primary %s and keeps its connections', async (_, demote) => {
    const { words, slowest } = await failOverRedis(demote);
    expect(words).toContain(' 0 refusals;');
    // A few rounds of the dispatcher, of which each waits for Redis at most 2 s, beside other tests.
    expect(slowest).toBeLessThan(20);
  });
});
