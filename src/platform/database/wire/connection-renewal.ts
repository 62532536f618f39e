import type { Client, Pool, PoolClient } from 'pg';
import { Counter } from 'prom-client';
import type { QueryRunner } from 'typeorm';

/** Why all connections of a pool are replaced: their server takes no writes any more, or tables have other columns than they know. */
export type RenewalReason = 'read-only' | 'changed-schema';

const renewals = new Counter({
  name: 'till_database_renewals_total',
  help: 'How many times all connections to the database were replaced, by reason (read-only, changed-schema).',
  labelNames: ['reason'],
});

/** Connections of an earlier generation serve no further transaction. */
let current = 0;
const generations = new WeakMap<object, number>();
const watched = new WeakSet<Pool>();

/** Counts a new connection to the current generation. */
export function joinGeneration(client: Client): void {
  generations.set(client, current);
}

/**
 * Replaces all connections of a pool because one of them is outdated: idle ones end now, busy ones when they are released.
 * Does nothing when that has been done since `client` was opened.
 */
export function renewConnections(runner: QueryRunner, client: PoolClient, reason: RenewalReason): void {
  if (isOutdated(client)) return;
  const pool = (runner.dataSource.driver as unknown as { readonly master: Pool }).master;
  current += 1;
  renewals.inc({ reason });
  endOutdatedOnRelease(pool);
  for (let idle = pool.idleCount; idle > 0; idle -= 1) {
    // Where there is no idle one by then, a new one is opened; that it can't be says itself to whoever needs it.
    pool.connect().then(
      (taken) => taken.release(),
      () => undefined,
    );
  }
}

function isOutdated(client: object): boolean {
  return generations.get(client) !== current;
}

function endOutdatedOnRelease(pool: Pool): void {
  if (watched.has(pool)) return;
  watched.add(pool);
  pool.on('release', (_error, client) => {
    // PoolClient's type hides end(): it closes the socket, and the pool drops what is being closed.
    if (isOutdated(client)) void (client as unknown as Client).end().catch(() => undefined);
  });
}
