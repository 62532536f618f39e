import { HttpConnection } from '../load/http-connection.js';
import { say, step } from '../terminal/progress.js';
import { drained } from '../till/backlog.js';
import { type BenchDatabase, scalar, withClient } from '../till/database.js';
import { migrate, type Running, startTill } from '../till/processes.js';
import { type MeasuredProof, prove, sealed } from '../till/proof.js';
import type { Servers } from '../till/servers.js';
import { type Account, openShop, type Shop } from '../till/shop.js';
import { compare, type Cost, type Operation } from './compare.js';
import { fill } from './fill.js';
import { pagePath, pay, place, readPage, type Side, walkTo } from './sides.js';

export interface VolumeFigures {
  readonly orders: number;
  readonly costs: readonly Cost[];
  readonly proofs: VolumeProofs;
  readonly balanced: boolean;
  readonly databaseSize: string;
}

/** How long proofs of the full database take, in seconds. */
export interface VolumeProofs {
  /** The worker's first: everything is recomputed and sealed. */
  readonly sealing: number;
  readonly incremental: number;
  readonly full: number;
}

interface Sides {
  readonly empty: Side;
  readonly full: Side;
}

/** Orders that each of the two customers needs for a full page with a next one. */
const FIRST_ORDERS = 25;
const ROUNDS = 300;
const DEEP_PAGE = 1000;
const CATCH_UP_SECONDS = 3600;

/** What an order and a page cost with many orders in the database, beside an empty one in the same run. */
export async function measureVolume(
  servers: Servers,
  { orders, products }: { orders: number; products: number },
): Promise<VolumeFigures> {
  const { shop, empty, full } = await makeDatabases(servers, orders, products);
  const [emptyApi, fullApi] = [await startApi(servers, empty), await startApi(servers, full)];
  const sides = { empty: await sideOf(emptyApi, shop), full: await sideOf(fullApi, shop) };
  const [busy, rare] = shop.customers as readonly [Account, Account];
  for (let order = 0; order < FIRST_ORDERS; order += 1) {
    for (const { token } of [busy, rare]) await pay(sides.empty, token, await place(sides.empty, token));
  }
  const operations = await step(`Walking to page ${DEEP_PAGE} of each list`, () => operationsOf(shop, sides));
  const costs = await step(`Comparing, ${ROUNDS} rounds`, () => compare(operations, sides, ROUNDS));
  const { proofs, balanced } = await step('Proving the ledger of the full one', () =>
    measureProofs(servers, full, (all) => prove(fullApi.url, shop.admin.token, all)),
  );
  const databaseSize = await scalar<string>(full.url, 'SELECT pg_size_pretty(pg_database_size(current_database()))');
  for (const { connection } of Object.values(sides)) connection.close();
  return { orders, costs, proofs, balanced, databaseSize };
}

/** Two databases with the same catalogue and people; one of them has orders. */
async function makeDatabases(servers: Servers, orders: number, products: number) {
  const empty = await servers.createDatabase();
  await step('Migrating', () => migrate(empty.url));
  const api = await startApi(servers, empty);
  const shop = await openShop(api.url, empty.url, { products, clients: 2 });
  await api.stop();
  const full = await servers.createDatabase(empty);
  const [busy, rare] = shop.customers as readonly [Account, Account];
  say(`Filling one database with ${orders} orders`);
  await fill(full.url, orders, { busy: busy.id, rare: rare.id }, (done) => {
    if (done % 100_000 === 0) say(`  ${done}`);
  });
  await step('Letting the worker do its part', () => catchUp(servers, full));
  return { shop, empty, full };
}

/** The worker seals what was posted, as it would have done all along. */
async function catchUp({ directory, redisUrl }: Servers, { url: databaseUrl }: BenchDatabase): Promise<void> {
  const worker = await startTill('worker.js', { directory, redisUrl, databaseUrl });
  await withClient(databaseUrl, (sql) => drained(sql, CATCH_UP_SECONDS));
  await worker.stop();
  // As autovacuum would have, by and by.
  await withClient(databaseUrl, async (sql) => {
    await sql.query('VACUUM ANALYZE');
    await sql.query('CHECKPOINT');
  });
}

/** The worker seals all rows, then the api proves: what was written since, and everything. */
async function measureProofs(
  { directory, redisUrl }: Servers,
  { url: databaseUrl }: BenchDatabase,
  run: (full: boolean) => Promise<MeasuredProof>,
): Promise<{ proofs: VolumeProofs; balanced: boolean }> {
  const worker = await startTill('worker.js', { directory, redisUrl, databaseUrl });
  const sealing = await sealed(databaseUrl, CATCH_UP_SECONDS);
  await worker.stop();
  await run(false); // after it, plans and caches are warm, as they are where a worker proves every minute
  const incremental = await run(false);
  const full = await run(true);
  if (incremental.mode !== 'incremental') throw new Error('The proof after a checkpoint recomputed everything.');
  return {
    proofs: { sealing, incremental: incremental.seconds, full: full.seconds },
    balanced: incremental.balanced && full.balanced,
  };
}

function startApi({ directory, redisUrl }: Servers, { url: databaseUrl }: BenchDatabase): Promise<Running> {
  return startTill('main.js', { directory, redisUrl, databaseUrl });
}

async function sideOf(api: Running, { productIds }: Shop): Promise<Side> {
  return { connection: await HttpConnection.open(api.url), productIds };
}

async function operationsOf({ admin, customers }: Shop, sides: Sides): Promise<Operation<Side>[]> {
  const [busy, rare] = customers as readonly [Account, Account];
  const list = async (name: string, path: string, { token }: Account, page: number): Promise<Operation<Side>> => {
    const deep = await walkTo(sides.full, token, path, page);
    // An empty database has no page 1,000: there it is the first one.
    const pathOn = (side: Side) => (side === sides.full ? deep : pagePath(path, null));
    return { name: `${name}, page ${page}`, run: (side) => readPage(side, token, pathOn(side)) };
  };
  return [
    { name: 'placing an order', run: (side) => place(side, busy.token) },
    {
      name: 'paying an order',
      prepare: (side) => place(side, busy.token),
      run: (side, id) => pay(side, busy.token, id),
    },
    await list('orders, staff', '/v1/orders', admin, 1),
    await list('orders, staff', '/v1/orders', admin, DEEP_PAGE),
    await list('orders, customer with many', '/v1/orders', busy, 1),
    await list('orders, customer with many', '/v1/orders', busy, DEEP_PAGE),
    await list('orders, customer with few', '/v1/orders', rare, 1),
    await list('payments, staff', '/v1/payments', admin, 1),
    await list('payments, staff', '/v1/payments', admin, DEEP_PAGE),
    await list('payments, customer with many', '/v1/payments', busy, DEEP_PAGE),
  ];
}
