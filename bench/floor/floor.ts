import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../../tools/setup/run-to-end.mjs';
import { withClient } from '../till/database.js';
import { type Latency, latencyOf } from '../measure/latency.js';
import { latenciesOf, transactionsPerSecond } from './pgbench.js';

/** What PostgreSQL alone commits. */
export interface FloorFigures {
  readonly ordersPerSecond: number;
  readonly latencyMs: Latency;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const WARM_UP_SECONDS = 2;

/** Money sums to zero, every order has its payment, and what left the stock is in the lines: 0 when all of it holds. */
const DIFFERENCES = `
  SELECT ((SELECT coalesce(sum(amount_cents), 0) FROM floor.ledger_entry)
    + (SELECT count(*) FROM floor.orders) - (SELECT count(*) FROM floor.payment)
    + (SELECT 1000::bigint * 1000000 - sum(stock) FROM floor.product)
    - (SELECT coalesce(sum(qty), 0) FROM floor.order_line))::text AS differences`;

/** Measures the floor in the schema `floor` of the database, which is made anew and dropped afterwards. */
export async function measureFloor(
  pgbench: string,
  databaseUrl: string,
  { clients, seconds, directory }: { clients: number; seconds: number; directory: string },
): Promise<FloorFigures> {
  await withClient(databaseUrl, (sql) => sql.query(readFileSync(file('schema.sql'), 'utf8')));
  const run = (duration: number, ...more: string[]) => runPgbench(pgbench, databaseUrl, clients, duration, more);
  await run(WARM_UP_SECONDS);
  const logs = mkdtempSync(path.join(directory, 'floor-'));
  const output = await run(seconds, '--log', `--log-prefix=${path.join(logs, 'tx')}`);
  await assertConsistent(databaseUrl);
  const latencies = readdirSync(logs).flatMap((name) => latenciesOf(readFileSync(path.join(logs, name), 'utf8')));
  return { ordersPerSecond: transactionsPerSecond(output), latencyMs: latencyOf(latencies) };
}

function runPgbench(
  pgbench: string,
  databaseUrl: string,
  clients: number,
  seconds: number,
  more: readonly string[],
): Promise<string> {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password);
  url.password = ''; // arguments are there for everybody to see
  const load = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds)];
  const env = { ...process.env, ...(password && { PGPASSWORD: password }) };
  return runToEnd(pgbench, [...load, '-f', file('order.sql'), ...more, url.href], { env });
}

async function assertConsistent(databaseUrl: string): Promise<void> {
  const differences = await withClient(databaseUrl, async (sql) => {
    const { rows } = await sql.query<{ differences: string }>(DIFFERENCES);
    await sql.query('DROP SCHEMA floor CASCADE');
    return rows[0]?.differences;
  });
  if (differences !== '0') throw new Error(`The floor's own books are off by ${differences}.`);
}
