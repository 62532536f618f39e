import { type FloorFigures, measureFloor } from '../floor/floor.js';
import { findPgbench, HOW_TO_INSTALL } from '../floor/pgbench.js';
import type { LoadResult } from '../load/tally.js';
import { say, step } from '../terminal/progress.js';
import type { Servers } from '../till/servers.js';
import {
  check,
  type Check,
  compareWays,
  type LoadsCompared,
  measureOrders,
  measureStatements,
  type OrderFigures,
  type StatementFigures,
  type Way,
} from './paid-orders.js';
import { measureReads } from './reads.js';
import { startWholeTill } from './till.js';

export interface ThroughputOptions {
  readonly clients: number;
  readonly products: number;
  readonly seconds: number;
  /** For Node of api and worker. */
  readonly nodeFlags: readonly string[];
}

export interface ThroughputFigures {
  /** Before and after Till's part; none where pgbench is missing. */
  readonly floors: readonly FloorFigures[];
  readonly orders: OrderFigures;
  /** Orders that are paid by the request that places them. */
  readonly oneRequest: OrderFigures;
  readonly compared: LoadsCompared;
  /** `undefined` where the server does not count statements. */
  readonly statements: StatementFigures | undefined;
  readonly oneRequestStatements: StatementFigures | undefined;
  readonly check: Check;
  readonly reads: Awaited<ReturnType<typeof measureReads>>;
}

/** Paid orders beside the floor, and product pages beside a bare route, all in one run. */
export async function measureThroughput(servers: Servers, options: ThroughputOptions): Promise<ThroughputFigures> {
  const { clients, seconds } = options;
  const { directory, ownUrl } = servers;
  const pgbench = findPgbench();
  if (!pgbench) say(HOW_TO_INSTALL);
  const till = await startWholeTill(servers, options);
  const floor = () =>
    step('Measuring the floor', () => measureFloor(pgbench!, till.databaseUrl, { clients, seconds, directory }));

  const before = pgbench ? await floor() : undefined;
  const measured = (way: Way) => measureOrders(way, till, servers, seconds);
  const orders = await step('Placing and paying orders', () => measured('paid-orders'));
  const oneRequest = await step('Placing and paying in one request', () => measured('one-request-orders'));
  const after = pgbench ? await floor() : undefined;
  const compared = await step('Comparing the two', () => compareWays(till, seconds));
  const count = (way: Way) =>
    ownUrl ? step('Counting SQL statements', () => measureStatements(way, till, ownUrl)) : undefined;
  const [counted, countedOfOne] = [await count('paid-orders'), await count('one-request-orders')];
  const reads = await step('Reading products', () => measureReads(till, directory, seconds));
  return {
    floors: [before, after].filter((it) => it !== undefined),
    orders,
    oneRequest,
    compared,
    statements: counted?.figures,
    oneRequestStatements: countedOfOne?.figures,
    check: await check(till, [orders.load, oneRequest.load, ...compared.loads, ...loadsOf(counted, countedOfOne)]),
    reads,
  };
}

/** Paid orders by two requests alone, however long: what api and worker hold in memory after minutes of full load. */
export async function measureOrdersAlone(
  servers: Servers,
  options: ThroughputOptions,
): Promise<Pick<ThroughputFigures, 'orders' | 'check'>> {
  const till = await startWholeTill(servers, options);
  const orders = await step(`Placing and paying orders for ${options.seconds} s`, () =>
    measureOrders('paid-orders', till, servers, options.seconds),
  );
  return { orders, check: await check(till, [orders.load]) };
}

function loadsOf(...counted: readonly ({ readonly load: LoadResult } | undefined)[]): LoadResult[] {
  return counted.flatMap((one) => (one ? [one.load] : []));
}
