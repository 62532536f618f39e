import type { LoadResult } from '../load/tally.js';
import { mean } from '../measure/latency.js';
import { privateMemoryOf } from '../measure/memory.js';
import { step } from '../terminal/progress.js';
import { drained } from '../till/backlog.js';
import { withClient } from '../till/database.js';
import { startTill } from '../till/processes.js';
import { isBalanced } from '../till/proof.js';
import type { Servers } from '../till/servers.js';
import { compareInTurns, PAUSE_SECONDS, WARM_UP_SECONDS } from '../throughput/paid-orders.js';
import { type RunningTill, startWholeTill } from '../throughput/till.js';
import { loadOfMany, loadOfOne, type ShopsOptions, type SteadyLoads, steadyLoads } from './loads.js';
import { timed } from './make-shops.js';
import { type ManyShops, startMany } from './many.js';

/** A figure of an installation with one shop, and of that with many. */
export interface OneAndMany {
  readonly one: number;
  readonly many: number;
}

export interface ShopsFigures {
  readonly shops: number;
  /** Of the loads at a fixed rate, in orders a second. */
  readonly rate: number;
  readonly many: ManyShops;
  /** From the start of an api until it is ready. */
  readonly startSeconds: OneAndMany;
  /** Private memory of a connection to PostgreSQL at the end of the load, in MiB. */
  readonly connectionMiB: OneAndMany;
  /** Of each pair of loads: many / one. */
  readonly ratios: readonly number[];
  readonly loads: readonly { readonly one: LoadResult; readonly many: LoadResult }[];
  readonly steady: readonly SteadyLoads[];
  /** Whether the books of every shop that sold something balance. */
  readonly balanced: boolean;
}

/** One installation with one shop, and another with many, where each client buys in a shop of its own; they take turns. */
export async function measureShops(servers: Servers, options: ShopsOptions): Promise<ShopsFigures> {
  const one = await startWholeTill(servers, options);
  const many = await startMany(servers, options);
  const load = (pause: number) => [loadOfOne(one, options, pause), loadOfMany(many, options, pause)] as const;
  await step('Warming up', () => compareInTurns(1, ...load(WARM_UP_SECONDS)));
  const { ratios, loads } = await step(`${options.pairs} pairs`, () =>
    compareInTurns(options.pairs, ...load(PAUSE_SECONDS)),
  );
  const steady = await step(`${options.pairs} times at ${options.rate} orders/s`, () =>
    steadyLoads(one, many, options),
  );
  const connectionMiB = {
    one: await connectionMemory(one.databaseUrl),
    many: await connectionMemory(many.databaseUrl),
  };
  return {
    shops: options.shops,
    rate: options.rate,
    many,
    startSeconds: await startSeconds(servers, one, many),
    connectionMiB,
    ratios,
    loads: inPairs(loads),
    steady,
    balanced: await step('Proving the books', () => proved(one, many)),
  };
}

/** Every second pair was the other way round. */
function inPairs(loads: readonly LoadResult[]): ShopsFigures['loads'] {
  const pairs = Array.from(
    { length: loads.length / 2 },
    (_, pair) => [loads[2 * pair]!, loads[2 * pair + 1]!] as const,
  );
  return pairs.map(([first, second], pair) =>
    pair % 2 === 0 ? { one: first, many: second } : { one: second, many: first },
  );
}

/** The mean private memory of Till's connections to a database, in MiB. */
async function connectionMemory(databaseUrl: string): Promise<number> {
  const { rows } = await withClient(databaseUrl, (sql) =>
    sql.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'till%' AND application_name <> 'till health'`,
    ),
  );
  return mean(rows.flatMap(({ pid }) => privateMemoryOf(pid) ?? []));
}

/** Of an api beside those that run. */
async function startSeconds(servers: Servers, one: RunningTill, many: ManyShops): Promise<OneAndMany> {
  const { directory, redisUrl } = servers;
  const start = (databaseUrl: string, variables = {}) =>
    timed(() => startTill('main.js', { directory, redisUrl, databaseUrl, variables }));
  return { one: await start(one.databaseUrl), many: await start(many.databaseUrl, many.variables) };
}

async function proved(one: RunningTill, many: ManyShops): Promise<boolean> {
  for (const { databaseUrl } of [one, ...many.busy]) await withClient(databaseUrl, (sql) => drained(sql));
  const books = [isBalanced(one.api.url, one.shop.admin.token)];
  for (const { admin, host } of many.busy) books.push(isBalanced(many.api.url, admin.token, host));
  return (await Promise.all(books)).every(Boolean);
}
