import { makeLoad } from '../load/make-load.js';
import type { LoadResult } from '../load/tally.js';
import { CpuMeter, type CpuTimes } from '../measure/cpu-meter.js';
import { type Memory, memoryOf } from '../measure/memory.js';
import { countStatements, type Statement } from '../measure/statements.js';
import { type Backlog, drained } from '../till/backlog.js';
import { scalar, withClient } from '../till/database.js';
import { isBalanced } from '../till/proof.js';
import type { Servers } from '../till/servers.js';
import { ROLES, type RunningTill } from './till.js';

export interface OrderFigures {
  readonly load: LoadResult;
  /** CPU time per paid order. */
  readonly cpuMs: CpuTimes;
  /** At the end of the load; `undefined` where it can't be read. */
  readonly memory: { readonly api: Memory | undefined; readonly worker: Memory | undefined };
  readonly backlog: Backlog;
}

/** What clients sent to PostgreSQL in a pass of its own; `orders` were paid in it. */
export interface StatementFigures {
  readonly orders: number;
  readonly api: readonly Statement[];
  readonly worker: readonly Statement[];
}

/** Whether what the database holds is what the clients were told. */
export interface Check {
  readonly paidInDatabase: number;
  readonly paidByAnswers: number;
  readonly balanced: boolean;
}

/** How clients place and pay an order: by two requests, or by one. */
export type Way = 'paid-orders' | 'one-request-orders';

/** How many times as many orders the second load pays as the first, of each pair of loads made one after the other. */
export interface LoadsCompared {
  readonly ratios: readonly number[];
  readonly loads: readonly LoadResult[];
}

/** Until V8 has compiled what runs often: before that an order costs nearly twice the CPU time. */
export const WARM_UP_SECONDS = 12;
/** Between loads, when V8 is warm: until the customers are in step. */
export const PAUSE_SECONDS = 1;
const PAIRS = 6;
const STATEMENTS_SECONDS = 2;

/** What customers order: products, and what else an order names. */
export interface Wanted {
  readonly productIds: readonly string[];
  readonly terms?: object;
}

/** The load of paid orders; without `wanted`, of the shop's products alone. */
export function ordersJob(
  task: Way,
  { api, shop }: RunningTill,
  seconds: number,
  warmUpSeconds: number,
  wanted: Wanted = { productIds: shop.productIds },
) {
  const tokens = shop.customers.map(({ token }) => token);
  return { task, url: api.url, tokens, ...wanted, seconds, warmUpSeconds } as const;
}

/** Places and pays orders for some seconds, then waits for the worker. */
export async function measureOrders(
  way: Way,
  till: RunningTill,
  servers: Servers,
  seconds: number,
): Promise<OrderFigures> {
  const cpu = new CpuMeter({
    api: { pid: till.api.pid },
    worker: { pid: till.worker.pid },
    postgres: { pid: servers.postgresPid, family: true },
    redis: { pid: servers.redisPid },
  });
  const moments = { begin: () => cpu.begin(), end: () => cpu.end() };
  const load = await makeLoad(ordersJob(way, till, seconds, WARM_UP_SECONDS), moments);
  const memory = { api: memoryOf(till.api.pid), worker: memoryOf(till.worker.pid) };
  const backlog = await withClient(till.databaseUrl, (sql) => drained(sql));
  const used = { ...cpu.used, loadGenerator: load.cpuMs };
  const perOrder = Object.entries(used).map(([name, ms]) => [name, ms / load.measured] as const);
  return { load, cpuMs: Object.fromEntries(perOrder), memory, backlog };
}

/** By one request and by two, in turn. */
export async function compareWays(till: RunningTill, seconds: number): Promise<LoadsCompared> {
  const by = (way: Way) => () => makeLoad(ordersJob(way, till, seconds / PAIRS, PAUSE_SECONDS));
  const compared = await compareInTurns(PAIRS, by('paid-orders'), by('one-request-orders'));
  await withClient(till.databaseUrl, (sql) => drained(sql));
  return compared;
}

/** Two loads in turn, every second pair the other way round, so that both meet the same machine also while it gets slower or faster. */
export async function compareInTurns(
  pairs: number,
  usual: () => Promise<LoadResult>,
  other: () => Promise<LoadResult>,
): Promise<LoadsCompared> {
  const [ratios, loads]: [number[], LoadResult[]] = [[], []];
  for (let pair = 0; pair < pairs; pair += 1) {
    const isTurned = pair % 2 === 1;
    const first = await (isTurned ? other : usual)();
    const second = await (isTurned ? usual : other)();
    ratios.push(isTurned ? first.perSecond / second.perSecond : second.perSecond / first.perSecond);
    loads.push(first, second);
  }
  return { ratios, loads };
}

/** Counting costs something, so it has a pass of its own. Returns that pass's load as well. */
export async function measureStatements(
  way: Way,
  till: RunningTill,
  serverUrl: string,
  wanted?: Wanted,
): Promise<{ figures: StatementFigures; load: LoadResult }> {
  let load!: LoadResult;
  const statements = await countStatements(serverUrl, till.databaseUrl, async () => {
    load = await makeLoad(ordersJob(way, till, STATEMENTS_SECONDS, 0, wanted));
    await withClient(till.databaseUrl, (sql) => drained(sql));
  });
  const sentBy = (sender: string) => statements.filter(({ role }) => role === sender);
  return { figures: { orders: load.done, api: sentBy(ROLES.api), worker: sentBy(ROLES.worker) }, load };
}

/** Compares what the clients were told in all with the database, and asks for the proof. */
export async function check({ api, databaseUrl, shop }: RunningTill, loads: readonly LoadResult[]): Promise<Check> {
  const paid = `SELECT count(*) FROM orders WHERE status = 'confirmed' AND captured_amount = total`;
  return {
    paidInDatabase: Number(await scalar(databaseUrl, paid)),
    paidByAnswers: loads.reduce((sum, { done }) => sum + done, 0),
    balanced: await isBalanced(api.url, shop.admin.token),
  };
}
