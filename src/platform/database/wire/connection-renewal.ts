import type { Client, Pool, PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { counter } from '../../metrics/index.js';

/** Why all connections of a pool are replaced: their server takes no writes any more or is silent, tables have other columns than they know, or the schema has come to another node. */
export type RenewalReason = 'read-only' | 'silent' | 'changed-schema' | 'moved';

const reasons = ['read-only', 'silent', 'changed-schema', 'moved'] as const satisfies RenewalReason[];
const renewals = counter(
  'till_database_renewals_total',
  'How many times all connections to the database were replaced, by reason (read-only, silent, changed-schema, moved).',
  { reason: reasons },
);

/** Counts renewals of all pools of this process: connections of an earlier generation than their pool's last renewal serve no further transaction. */
let current = 0;
const generations = new WeakMap<object, number>();
/** The generation that the last renewal of a pool began. */
const renewed = new WeakMap<Pool, number>();

/** Counts a new connection to the current generation. */
export function joinGeneration(client: Client): void {
  generations.set(client, current);
}

/**
 * Replaces all connections of a pool because one of them is outdated: idle ones end now, busy ones when they are released.
 * Does nothing when that has been done since `client` was opened.
 */
export function renewConnections(runner: QueryRunner, client: PoolClient, reason: RenewalReason): void {
  const pool = poolOf(runner.dataSource);
  if (!isOutdated(client, pool)) renewPool(pool, reason);
}

/** Replaces all connections of a data source. */
export function renewAll(dataSource: DataSource, reason: RenewalReason): void {
  renewPool(poolOf(dataSource), reason);
}

function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

function renewPool(pool: Pool, reason: RenewalReason): void {
  current += 1;
  renewals.inc({ reason });
  endOutdatedOnRelease(pool);
  renewed.set(pool, current);
  for (let idle = pool.idleCount; idle > 0; idle -= 1) {
    // Where there is no idle one by then, a new one is opened; that it can't be says itself to whoever needs it.
    pool.connect().then(
      (taken) => taken.release(),
      () => undefined,
    );
  }
}

function isOutdated(client: object, pool: Pool): boolean {
  return (generations.get(client) ?? -1) < (renewed.get(pool) ?? 0);
}

function endOutdatedOnRelease(pool: Pool): void {
  if (renewed.has(pool)) return;
  pool.on('release', (_error, client) => {
    if (isOutdated(client, pool)) closeNow(client);
  });
}

/** What the type of a pooled connection hides. */
interface Closable {
  end(): Promise<void>;
  readonly connection: { readonly stream: { destroy(): void } };
}

/**
 * Closes a connection without waiting for its server, which may be silent. The pool drops a connection that is being closed when
 * it is released, and opens another one for those who wait once it is closed.
 */
export function closeNow(client: PoolClient): void {
  const closable = client as unknown as Closable;
  void closable.end().catch(() => undefined);
  closable.connection.stream.destroy();
}
