import { setTimeout as delay } from 'node:timers/promises';
import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PageBody, ProductBody } from '../../support/bodies.js';
import { type BuiltProcess, startBuilt } from '../../support/built-process.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { httpClient, type HttpClient } from '../../support/http-client.js';
import { scrape } from '../../support/metrics.js';
import { type OwnServer, ownRedis } from '../../support/servers.js';
import { type Person, type Shop, shopAt, withoutQuotas } from '../../support/shop.js';
import { Acknowledged, type Figure } from './acknowledged.js';

/** `STALE_READS_SECONDS=30 npm test -- test/crash/catalog`: how long to write and read. Redis dies after a third, for a third. */
const SECONDS = Number(process.env['STALE_READS_SECONDS'] ?? 9);
const [WRITERS, READERS, PRODUCTS] = [200, 200, 40];
/** Between two changes of a writer, in milliseconds: without a pause, every page would have ended before it is read again. */
const PAUSE_MS = 2000;
/** How soon processes notice that Redis is away: until then they may use what they kept, for no longer than its lease. */
const NOTICED_MS = 1000;

let database: TestDatabase;
let redis: OwnServer;
let shop: Shop;
let admin: Person;
let shoppers: Person[];
let products: ProductBody[];
const processes: BuiltProcess[] = [];
const clients: HttpClient[] = [];
beforeAll(async () => {
  [database, redis] = [await createDatabase(), await ownRedis()];
  // Both take the tokens of one.
  const servers = { DATABASE_URL: database.url, REDIS_URL: redis.url, PUBLIC_URL: 'http://till.test' };
  const settings = { NODE_ENV: 'test', RATE_LIMIT_SCALE: '100000', ...withoutQuotas, ...servers };
  for (let process = 0; process < 2; process += 1) processes.push(await startBuilt('main.js', settings));
  clients.push(...processes.map(({ url }) => httpClient(url)));
  shop = shopAt(processes[0]!.url, settings);
  [admin, shoppers] = [await shop.admin(), await Promise.all(Array.from({ length: 20 }, () => shop.person()))];
  products = await Promise.all(Array.from({ length: PRODUCTS }, () => shop.product(1_000_000)));
}, 240_000);
afterAll(async () => {
  await shop?.leave();
  await Promise.all(processes.map((process) => process.stop()));
  await Promise.all([database?.drop(), redis?.remove()]);
});

const acknowledged = new Acknowledged();
const counts: Record<string, number> = {};
const count = (what: string) => (counts[what] = (counts[what] ?? 0) + 1);
const oneOf = <T>(values: readonly T[]): T => values[randomInt(values.length)]!;

/** Requests that change a product, each with the figure that it makes larger by one. */
const changes: Record<Figure, (at: HttpClient, product: ProductBody) => ReturnType<HttpClient>> = {
  version: (at, { id }) =>
    at(`PATCH /v1/products/${id}`, { token: admin.token, body: { name: `Mug ${randomUUID()}` } }),
  onHand: (at, { id }) =>
    at(`POST /v1/products/${id}/stock-adjustments`, {
      token: admin.token,
      headers: { 'idempotency-key': randomUUID() },
      body: { delta: 1, reason: 'found' },
    }),
  reserved: (at, { id }) =>
    at('POST /v1/orders', {
      token: oneOf(shoppers).token,
      headers: { 'idempotency-key': randomUUID() },
      body: { lines: [{ productId: id, quantity: 1 }] },
    }),
};

async function write(): Promise<void> {
  const [process, product] = [randomInt(2), oneOf(products)];
  const figure = oneOf(['version', 'onHand', 'reserved', 'reserved'] as const);
  const { status } = await changes[figure](clients[process]!, product);
  if (status < 300) acknowledged.note(product.id, figure, process);
  count(`write ${status}`);
}

/** The last page of each product that this reader has seen, to be asked for again by its tag. */
type Seen = Map<string, { readonly tag: string; readonly body: ProductBody }>;

async function read(seen: Seen, isBypassed: (began: number) => boolean): Promise<void> {
  const [process, { id }] = [randomInt(2), oneOf(products)];
  const kind = oneOf(['anybody', 'anybody', 'anybody', 'shopper', 'staff', 'fresh', 'list'] as const);
  const token = { shopper: shoppers[0]!.token, staff: admin.token }[kind as string];
  const began = performance.now();
  const everywhere = kind === 'staff' || kind === 'fresh' || isBypassed(began);
  if (kind === 'list') {
    const page = await clients[process]!<PageBody<ProductBody>>('GET /v1/products?limit=100', { token });
    count(`list ${page.status}`);
    for (const product of page.body.data ?? []) acknowledged.check(product, { began, process, everywhere });
    return;
  }
  const known = seen.get(id);
  const headers: Record<string, string> =
    kind === 'fresh' ? { 'cache-control': 'no-cache' } : known ? { 'if-none-match': known.tag } : {};
  const page = await clients[process]!<ProductBody>(`GET /v1/products/${id}`, { token, headers });
  count(`page ${page.status}`);
  if (page.status !== 200 && page.status !== 304) return;
  const body = page.status === 304 ? known!.body : page.body;
  seen.set(id, { tag: page.headers.get('etag')!, body });
  acknowledged.check(body, { began, process, everywhere });
}

it(
  `no stale page is sent by two processes to ${READERS} readers beside ${WRITERS} writers in ${SECONDS} s, while Redis is killed`,
  { timeout: SECONDS * 1000 + 60_000 },
  async () => {
    const end = performance.now() + SECONDS * 1000;
    let away: { from: number; to: number } | undefined;
    const isBypassed = (began: number) =>
      away !== undefined && began > away.from + NOTICED_MS && performance.now() < away.to;
    const loop = async (work: () => Promise<void>) => {
      while (performance.now() < end) await work();
    };
    const outage = async () => {
      await delay((SECONDS * 1000) / 3);
      away = { from: performance.now(), to: Infinity };
      globalThis.process.kill(redis.pid(), 'SIGKILL');
      await delay((SECONDS * 1000) / 3);
      await redis.stop();
      away = { ...away, to: performance.now() };
      await redis.start();
    };
    const writers = Array.from({ length: WRITERS }, async () => {
      await delay(randomInt(PAUSE_MS));
      await loop(() => write().then(() => delay(PAUSE_MS)));
    });
    const readers = Array.from({ length: READERS }, () => {
      const seen: Seen = new Map();
      return loop(() => read(seen, isBypassed));
    });
    await Promise.all([outage(), ...writers, ...readers]);
    const served = await Promise.all(processes.map(async ({ url }) => readsOf((await scrape(url)).series)));
    process.stdout.write(`${JSON.stringify({ ...counts, served, ...acknowledged.summary() })}\n`);
    expect(acknowledged.stale).toEqual([]);
    const hits = served.map((reads) => reads['product hit']!);
    expect(Math.min(...hits)).toBeGreaterThan(0);
    expect(counts['page 200']! + counts['page 304']!).toBeGreaterThan(50 * SECONDS);
  },
);

/** Pages and lists by what served them. */
function readsOf(series: ReadonlyMap<string, number>): Record<string, number> {
  const found = [...series].flatMap(([name, value]) => {
    const [, of, served] = /^till_catalog_reads_total\{of="(\w+)",served="(\w+)"\}$/.exec(name) ?? [];
    return of === undefined ? [] : [[`${of} ${served}`, value] as const];
  });
  return Object.fromEntries(found);
}
