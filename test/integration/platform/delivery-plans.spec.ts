import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions, Transaction } from '../../../src/platform/database/index.js';
import { type ClaimedEvent, DeliveriesRepository } from '../../../src/platform/delivery/deliveries.repository.js';
import type { EventId } from '../../../src/shared/ids.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';

const DONE = 20_000;
const DUE = 10;
const idOf = (n: number) => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}` as EventId;
const due = Array.from({ length: DUE }, (_, index) => idOf(DONE + 1 + index));

const FILL = `
  INSERT INTO events (id, type, aggregate_type, aggregate_id, aggregate_version, data)
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'thing.happened', 'thing', n::text, 1, '{}'
    FROM generate_series(1, ${DONE + DUE}) n;
  INSERT INTO event_deliveries (event_id, consumer, status, done_at)
    SELECT id, 'listener', 'done', now() FROM events ORDER BY id LIMIT ${DONE};
  INSERT INTO event_deliveries (event_id, consumer, status) SELECT id, 'listener', 'queued' FROM events ORDER BY id DESC LIMIT ${DUE}`;
/** Rows of the table that the present transaction has read. PostgreSQL sends these counts away when it ends. */
const READ = `SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'event_deliveries'`;

let database: TestDatabase;
let dataSource: DataSource;
let tx: Transaction;
let deliveries: DeliveriesRepository;
beforeEach(async () => {
  database = await createDatabase();
  // One connection: the plans that it made are those that are used.
  dataSource = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
  tx = new Transaction(dataSource, { lockOrder: [], groupCommit: true });
  deliveries = new DeliveriesRepository(tx);
});
afterEach(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

/** By another connection, which may take longer than the pool allows. */
async function fill(): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(FILL).finally(() => client.end());
}

/** How many deliveries are read by what `work` does. */
const readBy = (work: () => Promise<unknown>): Promise<number> =>
  tx.run(async () => {
    const [before] = await tx.query<{ rows: number }>(READ);
    await work();
    const [after] = await tx.query<{ rows: number }>(READ);
    return after!.rows - before!.rows;
  });

const claims: readonly Pick<ClaimedEvent, 'id' | 'attempt'>[] = due.map((id) => ({ id, attempt: 1 }));
const outcomes = {
  done: claims.map((claim) => ({ ...claim, status: 'done' as const })),
  failed: claims.map((claim) => ({ ...claim, status: 'pending' as const, error: 'no', delaySeconds: 1 })),
};

/** What a worker does with deliveries, in this order. */
const rounds: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['claims', () => deliveries.claim('listener', due)],
  ['renews', () => deliveries.renew('listener', claims)],
  ['acknowledges', () => deliveries.record('listener', outcomes.done)],
];
const failing: typeof rounds = [
  ['claims in order', () => deliveries.claim('listener', due, true)],
  ['puts off', () => deliveries.putOff('listener', due, 1)],
  ['tries again later', () => deliveries.record('listener', outcomes.failed)],
];

describe.each([
  ['when nothing is known of the table', ''],
  ['when the table is known to be empty', 'VACUUM ANALYZE event_deliveries'],
])('A plan made on an empty table, %s,', (_, before) => {
  it.each([
    ['claimed, renewed and acknowledged', rounds],
    ['claimed in order, put off and tried again', failing],
  ])('reads those that are %s, not all of the consumer', async (__, steps) => {
    if (before) await dataSource.query(before);
    for (const [, step] of steps) await step();
    await fill();
    const read: Record<string, number> = {};
    for (const [name, step] of steps) read[name] = await readBy(step);
    expect(Object.entries(read).filter(([, rows]) => rows >= DUE * 10)).toEqual([]);
    expect(read[steps[0]![0]]).toBeGreaterThanOrEqual(DUE);
  });
});
