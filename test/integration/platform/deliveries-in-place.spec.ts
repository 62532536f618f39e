import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { uuidv7At } from '../../../src/shared/uuid.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { startWorker, type Worker } from '../../support/delivery.js';
import { ownRedis, type OwnServer } from '../../support/servers.js';

const soon = { timeout: 60_000, interval: 100 };

let database: TestDatabase;
let redis: OwnServer;
let worker: Worker;
beforeEach(async () => {
  [database, redis] = [await createDatabase(), await ownRedis()];
  worker = await startWorker(database.url, redis.url);
});
afterEach(async () => {
  await worker.close();
  await Promise.all([database.drop(), redis.remove()]);
});

const one = async <T>(sql: string, parameters?: unknown[]) =>
  (await worker.tx.query<T & Record<string, unknown>>(sql, parameters))[0]!;

const things = (count: number) => Array.from({ length: count }, (_, index) => `thing-${index}`);

async function deliver(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 50) await worker.record(things(50));
  await vi.waitFor(async () => {
    const { n } = await one<{ n: number }>(`SELECT count(*)::int AS n FROM event_deliveries WHERE status = 'done'`);
    expect(n).toBeGreaterThanOrEqual(count);
  }, soon);
}

/** Updates of deliveries that PostgreSQL has counted, and those that wrote no index entry. */
const updates = () =>
  one<{ all: number; hot: number }>(
    `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'event_deliveries'`,
  );

/** Rows of deliveries that were written, and read, and by how many looks into an index. */
const counts = () =>
  one<{ written: number; rows: number; scans: number }>(
    `SELECT n_tup_ins::int AS written, (seq_tup_read + idx_tup_fetch)::int AS rows, idx_scan::int AS scans FROM pg_stat_user_tables WHERE relname = 'event_deliveries'`,
  );

/** The one delivery. */
const due = () =>
  one<{ status: string; due: boolean | null }>(`SELECT status, due_at <= now() AS due FROM event_deliveries`);

/** The share of updates in place while so many more are delivered. Each connection reports its counts once a second at most. */
async function shareInPlace(events: number): Promise<number> {
  const before = await updates();
  await deliver(events);
  await vi.waitFor(async () => expect((await updates()).all).toBeGreaterThanOrEqual(before.all + 3 * events), soon);
  const after = await updates();
  return (after.hot - before.hot) / (after.all - before.all);
}

// A transaction that holds an old snapshot keeps pages from being tidied, so on a busy machine not each round shows it.
it('Two of the three updates of a delivery are made in place: all but the last one', { timeout: 120_000 }, async () => {
  await expect.poll(() => shareInPlace(1000), { timeout: 100_000 }).toBeGreaterThan(0.6);
});

it('A look for what is due reads neither what is done nor what waits for a later try', async () => {
  const MANY = 20_000;
  const ids = Array.from({ length: 2 * MANY }, () => uuidv7At(Date.now() - 60_000));
  await worker.tx.run(async () => {
    await worker.tx.query(
      `INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
       SELECT id, 'thing.gone', 'thing', 'x', 1, '{}' FROM unnest($1::uuid[]) id`,
      [ids],
    );
    await worker.tx.query(
      `INSERT INTO event_deliveries (event_id, consumer, status, next_attempt_at, done_at)
       SELECT id, 'listener', CASE WHEN n > ${MANY} THEN 'done' ELSE 'pending' END, now() + interval '1 hour',
         CASE WHEN n > ${MANY} THEN now() END
       FROM unnest($1::uuid[]) WITH ORDINALITY t (id, n)`,
      [ids],
    );
  });
  // What the connection that wrote them has read by then is counted with them.
  await vi.waitFor(async () => expect((await counts()).written).toBe(2 * MANY), soon);
  const before = await counts();
  await vi.waitFor(async () => expect((await counts()).scans).toBeGreaterThan(before.scans + 20), soon);
  const { rows, scans } = await counts();
  expect((rows - before.rows) / (scans - before.scans)).toBeLessThan(10);
});

it('A delivery is due as long as it is neither done nor given up, whoever writes it', async () => {
  await worker.queue.pause(true);
  await worker.record(things(1));
  await vi.waitFor(async () => expect(await due()).toEqual({ status: 'queued', due: true }), soon);
  const set = (values: string) => worker.tx.run(() => worker.tx.query(`UPDATE event_deliveries SET ${values}`));
  await set(`status = 'pending', next_attempt_at = now() + interval '1 hour'`);
  expect(await due()).toEqual({ status: 'pending', due: false });
  await set(`status = 'dead'`);
  expect(await due()).toEqual({ status: 'dead', due: null });
  await set(`status = 'pending', next_attempt_at = now() + interval '1 hour'`);
  expect(await due()).toEqual({ status: 'pending', due: false });
  await set(`status = 'done', done_at = now()`);
  expect(await due()).toEqual({ status: 'done', due: null });
});
