import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { fill } from '../volume/fill.js';
import { say, step } from '../terminal/progress.js';
import { scalar, withClient } from '../till/database.js';
import { migrate, startTill } from '../till/processes.js';
import type { Servers } from '../till/servers.js';
import { type Account, openShop } from '../till/shop.js';
import { type Migrated, migrateTwice } from './migrators.js';
import { type Sample, SteadyRequests } from './requests.js';

export interface MigrationFigures {
  readonly orders: number;
  readonly databaseSize: string;
  readonly rate: number;
  readonly before: readonly Sample[];
  readonly during: readonly Sample[];
  readonly after: readonly Sample[];
  readonly migrated: Migrated;
}

export interface MigrationOptions {
  readonly orders: number;
  readonly products: number;
  /** The clone of an earlier release, with its build. */
  readonly from: string;
  /** Requests a second. */
  readonly rate: number;
}

const QUIET_MS = 10_000;

/**
 * Migrates a database with many orders from the schema of an earlier release, whose api and worker serve meanwhile, to that of this build;
 * two migrators begin, and one is killed. Then an api of this build starts on it.
 */
export async function measureMigration(servers: Servers, options: MigrationOptions): Promise<MigrationFigures> {
  const { orders, from, rate } = options;
  const { directory, redisUrl } = servers;
  const { url: databaseUrl } = await servers.createDatabase();
  await step('Migrating to the earlier release', () => migrate(databaseUrl, from));
  const api = await startTill('main.js', { directory, redisUrl, databaseUrl, clone: from });
  const shop = await openShop(api.url, databaseUrl, { products: options.products, clients: 2 });
  await step(`Filling the database with ${orders} orders`, () => fillAs(from, databaseUrl, orders, shop.customers));
  const databaseSize = await scalar<string>(databaseUrl, 'SELECT pg_size_pretty(pg_database_size(current_database()))');
  const worker = await startTill('worker.js', { directory, redisUrl, databaseUrl, clone: from });
  const requests = new SteadyRequests(api.url, shop);
  const running = requests.run(rate);
  await sleep(QUIET_MS);
  const began = performance.now();
  const migrated = await step(`Migrating under ${rate} requests a second`, () => migrateTwice(databaseUrl));
  const ended = performance.now();
  await sleep(QUIET_MS);
  requests.stop();
  await running;
  await Promise.all([api.stop(), worker.stop()]);
  await startsOn(servers, databaseUrl);
  const within = (least: number, most: number) => requests.samples.filter(({ at }) => at >= least && at < most);
  return {
    orders,
    databaseSize,
    rate,
    migrated,
    before: within(0, began),
    during: within(began, ended),
    after: within(ended, Infinity),
  };
}

/** The earlier release's own way to fill a database. */
async function fillAs(
  clone: string,
  databaseUrl: string,
  orders: number,
  customers: readonly Account[],
): Promise<void> {
  const own = (await import(path.join(clone, 'bench', 'volume', 'fill.ts'))) as { readonly fill: typeof fill };
  const [busy, rare] = customers as readonly [Account, Account];
  await own.fill(databaseUrl, orders, { busy: busy.id, rare: rare.id }, (done) => {
    if (done % 100_000 === 0) say(`  ${done}`);
  });
  await withClient(databaseUrl, async (sql) => {
    // An installation keeps answers for two days, and not for a year; and those that were filled in are no JSON.
    await sql.query('TRUNCATE idempotency_keys');
    await sql.query('VACUUM ANALYZE');
    await sql.query('CHECKPOINT');
  });
}

/** An api of this build becomes ready, and the next migrator finds nothing to do. */
async function startsOn({ directory, redisUrl }: Servers, databaseUrl: string): Promise<void> {
  await step('Starting this build on it', async () => {
    await migrate(databaseUrl);
    const api = await startTill('main.js', { directory, redisUrl, databaseUrl });
    await api.stop();
  });
}
