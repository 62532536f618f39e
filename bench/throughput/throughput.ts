import { type FloorFigures, measureFloor } from '../floor/floor.js';
import { findPgbench, HOW_TO_INSTALL } from '../floor/pgbench.js';
import { say, step } from '../progress.js';
import type { Servers } from '../till/servers.js';
import {
  check,
  type Check,
  measureOrders,
  measureStatements,
  type OrderFigures,
  type StatementFigures,
} from './paid-orders.js';
import { measurePages, type PageFigures } from './product-pages.js';
import { startWholeTill } from './till.js';

export interface ThroughputOptions {
  readonly clients: number;
  readonly products: number;
  readonly seconds: number;
}

export interface ThroughputFigures {
  /** Before and after Till's part; none where pgbench is missing. */
  readonly floors: readonly FloorFigures[];
  readonly orders: OrderFigures;
  /** `undefined` where the server does not count statements. */
  readonly statements: StatementFigures | undefined;
  readonly check: Check;
  readonly pages: PageFigures;
}

/** Paid orders beside the floor, and product pages beside a bare route, all in one run. */
export async function measureThroughput(servers: Servers, options: ThroughputOptions): Promise<ThroughputFigures> {
  const { clients, seconds } = options;
  const { directory, ownUrl } = servers;
  const pgbench = findPgbench();
  if (!pgbench) say(HOW_TO_INSTALL);
  const till = await startWholeTill(servers, { ...options, nodeFlags: [] });
  const floor = () =>
    step('Measuring the floor', () => measureFloor(pgbench!, till.databaseUrl, { clients, seconds, directory }));

  const before = pgbench ? await floor() : undefined;
  const orders = await step('Placing and paying orders', () => measureOrders(till, servers, seconds));
  const after = pgbench ? await floor() : undefined;
  const counted = ownUrl ? await step('Counting SQL statements', () => measureStatements(till, ownUrl)) : undefined;
  const pages = await step('Reading product pages', () => measurePages(till, directory, seconds));
  return {
    floors: [before, after].filter((it) => it !== undefined),
    orders,
    statements: counted?.figures,
    check: await check(till, [orders.load, ...(counted ? [counted.load] : [])]),
    pages,
  };
}
