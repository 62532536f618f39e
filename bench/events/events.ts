import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { newId } from '../../src/shared/ids.js';
import { Contestant, type MeasuredLoad } from '../against/contestant.js';
import { CpuMeter } from '../measure/cpu-meter.js';
import { type Latency, latencyOf } from '../measure/latency.js';
import { step } from '../terminal/progress.js';
import { type RunningTill, startWholeTill, type WholeTillOptions } from '../throughput/till.js';
import { scalar, withClient } from '../till/database.js';
import type { Servers } from '../till/servers.js';
import { startReceiver } from './receiver.js';

export interface EventsOptions extends WholeTillOptions {
  readonly seconds: number;
  readonly pairs: number;
}

export interface EventsFigures {
  /** From commit to acknowledgement, in ms, of events that come one by one. */
  readonly delay: Latency;
  /** Acknowledged events per second of a backlog. */
  readonly perSecond: number;
  /** Of the worker, for each event of the backlog. */
  readonly workerCpuMs: number;
  readonly undelivered: number;
  /** Paid orders with events and without them, in turns. */
  readonly pairs: readonly { readonly with: MeasuredLoad; readonly without: MeasuredLoad }[];
}

const [PER_SECOND, BACKLOG, WARM_UP, THINGS] = [100, 10_000, 3000, 500];
const PATIENCE_MS = 120_000;
const WITHOUT_OUTBOX = fileURLToPath(new URL('without-outbox.mjs', import.meta.url));

/** Events to one webhook endpoint on this machine, and paid orders of an api that records none beside one that does. */
export async function measureEvents(servers: Servers, options: EventsOptions): Promise<EventsFigures> {
  const receiver = await startReceiver();
  const variables = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32' };
  const till = await startWholeTill(servers, { ...options, products: 2, variables });
  await makeEndpoint(till, receiver.url);
  const delivered = await withClient(till.databaseUrl, async (sql) => {
    await step('Warming up', () => record(sql, WARM_UP).then(() => acknowledged(sql)));
    const delay = await step('Delivering events one by one', () => deliverPaced(sql, options.seconds));
    return { delay, ...(await step('Delivering a backlog', () => deliverBacklog(sql, till))) };
  });
  await Promise.all([till.api.stop(), till.worker.stop(), receiver.stop()]);
  return { ...delivered, pairs: await comparePaidOrders(servers, options) };
}

async function makeEndpoint({ api, shop }: RunningTill, url: string): Promise<void> {
  const answer = await fetch(`${api.url}/v1/webhook-endpoints`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${shop.admin.token}` },
    body: JSON.stringify({ url, types: ['*'] }),
  });
  if (answer.status !== 201) throw new Error(`The webhook endpoint was refused: ${await answer.text()}`);
}

/** In one transaction. */
async function record(sql: Client, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => newId());
  await sql.query(
    `WITH e AS (INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
       SELECT id, 'bench.happened', 'bench', 'bench_' || n % ${THINGS}, 1 + n / ${THINGS}, '{"total":1999,"currency":"EUR"}'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, n) RETURNING id)
     INSERT INTO outbox SELECT id FROM e`,
    [ids],
  );
}

const WAITING = `
  SELECT ((SELECT count(*) FROM outbox) + (SELECT last FROM event_sequence) - (SELECT position FROM webhook_cursor)
    + (SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'))::int AS waiting`;

/** Returns how many events are still not acknowledged when patience ends. */
async function acknowledged(sql: Client): Promise<number> {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(20)) {
    const { waiting } = (await sql.query<{ waiting: number }>(WAITING)).rows[0]!;
    if (waiting === 0 || performance.now() > until) return waiting;
  }
}

/** The time of an event is that of its transaction, which here has one statement. */
const DELAYS = `
  SELECT (extract(epoch FROM a.started_at - e.created_at) * 1000 + a.duration_ms)::float8 AS ms
  FROM webhook_attempts a JOIN webhook_deliveries d ON d.id = a.delivery_id JOIN events e ON e.id = d.event_id
  WHERE d.position > $1 AND a.status = 200`;

async function deliverPaced(sql: Client, seconds: number): Promise<Latency> {
  const { last } = (await sql.query<{ last: string }>('SELECT last FROM event_sequence')).rows[0]!;
  const began = performance.now();
  for (let n = 1; n <= seconds * PER_SECOND; n += 1) {
    await record(sql, 1);
    await sleep(Math.max(0, began + (n * 1000) / PER_SECOND - performance.now()));
  }
  await acknowledged(sql);
  return latencyOf((await sql.query<{ ms: number }>(DELAYS, [last])).rows.map(({ ms }) => ms));
}

async function deliverBacklog(sql: Client, { worker }: RunningTill) {
  const cpu = new CpuMeter({ worker: { pid: worker.pid } });
  await record(sql, BACKLOG);
  cpu.begin();
  const began = performance.now();
  const undelivered = await acknowledged(sql);
  const seconds = (performance.now() - began) / 1000;
  cpu.end();
  const delivered = BACKLOG - undelivered;
  return { undelivered, perSecond: delivered / seconds, workerCpuMs: (cpu.used['worker'] ?? Number.NaN) / delivered };
}

const COUNT = `SELECT count(*)::int FROM events WHERE type = 'order.placed'`;

/** Each with a database of its own; every second pair the other way round. */
async function comparePaidOrders(servers: Servers, options: EventsOptions): Promise<EventsFigures['pairs']> {
  const { nodeFlags } = options;
  const withOut = { ...options, nodeFlags: [...nodeFlags, '--import', WITHOUT_OUTBOX] };
  const without = await Contestant.start('an api without events', servers, withOut, 1);
  const usual = await Contestant.start('an api with events', servers, options, 2);
  const pairs: { with: MeasuredLoad; without: MeasuredLoad }[] = [];
  for (let pair = 0; pair < options.pairs; pair += 1) {
    await step(`Pair ${pair + 1} of ${options.pairs}`, async () => {
      const first = await (pair % 2 === 0 ? without : usual).measure();
      const second = await (pair % 2 === 0 ? usual : without).measure();
      pairs.push(pair % 2 === 0 ? { without: first, with: second } : { with: first, without: second });
    });
  }
  const recorded = await scalar<number>(without.databaseUrl, COUNT);
  if (recorded > 0) throw new Error(`The api without events recorded ${recorded}: without-outbox.mjs fits it no more.`);
  return pairs;
}
