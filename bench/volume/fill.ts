import type { Client } from 'pg';
import { encodeId, type OrderId, type PaymentId } from '../../src/shared/ids.js';
import { uuidv7At } from '../../src/shared/uuid.js';
import { withClient } from '../till/database.js';
import { batchStatements, finish, prepare } from './fill-sql.js';

/** Who owns the orders, as uuid. */
export interface Owners {
  /** Has every tenth order. */
  readonly busy: string;
  /** Has some 25 of all. */
  readonly rare: string;
}

const BATCH = 20_000;
/** The orders are spread evenly over the year that ended an hour ago. */
const YEAR_MS = 365 * 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

/**
 * Fills a database that has products and users with paid orders as Till would have left them, set by set. Triggers and
 * foreign keys are off meanwhile, for speed, which takes a superuser; the proof tells whether all of it holds.
 */
export async function fill(
  databaseUrl: string,
  count: number,
  owners: Owners,
  progress: (done: number) => void,
): Promise<void> {
  await withClient(databaseUrl, async (sql) => {
    await sql.query(`SET session_replication_role = replica`);
    await sql.query(prepare);
    const last = Date.now() - HOUR_MS;
    const placedAt = (n: number) => Math.round(last - YEAR_MS * (1 - n / count));
    for (let first = 1; first <= count; first += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, count - first + 1) }, (_, index) => first + index);
      await insertBatch(sql, numbers, placedAt, [owners.busy, owners.rare, Math.max(1, Math.floor(count / 25))]);
      progress(first + numbers.length - 1);
    }
    await sql.query(finish);
    await sql.query('ANALYZE');
  });
}

async function insertBatch(
  sql: Client,
  numbers: readonly number[],
  placedAt: (n: number) => number,
  owners: readonly unknown[],
): Promise<void> {
  const times = numbers.map(placedAt);
  const orderIds = times.map((msecs) => uuidv7At(msecs));
  const paymentIds = times.map((msecs) => uuidv7At(msecs + 1));
  const [batch, ...inserts] = batchStatements;
  await sql.query('BEGIN');
  await sql.query('TRUNCATE batch, line');
  await sql.query(batch!, [
    numbers,
    orderIds,
    orderIds.map((id) => encodeId('ord', id as OrderId)),
    paymentIds,
    paymentIds.map((id) => encodeId('pay', id as PaymentId)),
    times.map((time) => new Date(time)),
    ...owners,
  ]);
  for (const insert of inserts) await sql.query(insert);
  await sql.query('COMMIT');
}
