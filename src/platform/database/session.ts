import type { Client, PoolClient } from 'pg';
import { joinGeneration } from './connection-renewal.js';
import { DATABASE_TIMEOUT_MS } from './timeouts.js';

/** How long a statement waits for a lock before its use case goes to the back of a queue, in milliseconds: see `LockQueue`. */
const LOCK_TIMEOUT_MS = 250;

/**
 * How statements are planned: `by-key` keeps one plan for all parameters, since PostgreSQL would plan statements that unnest
 * an array anew each time. They all find a few rows by key, so that plan must be nested loops over indexes, whatever size the
 * tables had when it was made. `freely` plans for the parameters at hand, over whole tables where that is cheaper.
 */
function planner(how: 'by-key' | 'freely'): Record<string, string> {
  const free = String(how === 'freely');
  return {
    plan_cache_mode: how === 'freely' ? 'force_custom_plan' : 'force_generic_plan',
    enable_seqscan: free,
    enable_hashjoin: free,
    enable_mergejoin: free,
    jit: free,
  };
}

/** Everything that Till relies on in a session, whatever ALTER ROLE, ALTER DATABASE or postgresql.conf say. */
const settings: Readonly<Record<string, string>> = {
  // What the driver can read, and how arrays are written to it.
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  standard_conforming_strings: 'on',
  statement_timeout: `${DATABASE_TIMEOUT_MS}`,
  lock_timeout: `${LOCK_TIMEOUT_MS}`,
  idle_in_transaction_session_timeout: '10000',
  ...planner('by-key'),
};

/** An acknowledged commit outlives a crash: `off` becomes `on`, and what waits for more than the own disk stays. */
const DURABLE = `CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END`;

/** The statement that applies `settings`; `isLocal` is SQL: whether for the running transaction only. */
function applying(isLocal: string): string {
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', ${isLocal})`);
  return [...calls, `set_config('synchronous_commit', ${DURABLE}, ${isLocal})`].join(', ');
}

/** Applies `settings` to one transaction: what a pooler needs, as its next transaction may have another session. */
export const TRANSACTION_SETTINGS = `SELECT ${applying('true')}`;

/** Plans the running transaction's statements for their parameters. */
export const PLAN_FREELY = `SELECT ${Object.entries(planner('freely')).map(([name, value]) => `set_config('${name}', '${value}', true)`)}`;

/** Connections that lead to a pooler such as PgBouncer. */
const pooled = new WeakSet<object>();

/**
 * Whether a pooler stands between this connection and PostgreSQL. Its sessions change from transaction to transaction, so
 * settings hold for one transaction and no statement is prepared under a name.
 */
export function isPooled(client: PoolClient | Client): boolean {
  return pooled.has(client);
}

/** The server takes no writes: a standby, or a primary that became one. Who asks again may reach another one (the SQLSTATE is PostgreSQL's own). */
class ReadOnlyServer extends Error {
  override readonly name = 'ReadOnlyServer';
  readonly code = '25006';
}

/**
 * Makes a new connection fit for Till, and refuses one to a server that takes no writes: behind one address, a standby would
 * show old data, and the next connection may lead to its new primary. A pooler is recognised by the process id of its greeting, which is not that of the
 * session (PostgreSQL manual, section 54.2.1); then the settings must not outlive this statement.
 * @throws ReadOnlyServer
 */
export async function configureConnection(client: Client): Promise<void> {
  // A connection that dies tells its listeners, and a Node process without listeners for an error ends. Those of the pool
  // and of TypeORM come and go with each borrower; this one stays. The statements in flight fail by themselves.
  client.on('error', () => {});
  joinGeneration(client);
  const greeting = Number((client as unknown as { processID: unknown }).processID);
  const asked = `pg_backend_pid() = ${greeting} AS direct, current_setting('transaction_read_only')::boolean AS readonly`;
  const sql = `SELECT ${asked}, ${applying(`pg_backend_pid() <> ${greeting}`)}`;
  const { rows } = await client.query<{ direct: boolean; readonly: boolean }>(sql);
  if (rows[0]?.readonly) throw new ReadOnlyServer('The database is read-only.');
  if (rows[0]?.direct) return;
  pooled.add(client);
  wrapSingleStatements(client);
}

type Query = (...args: unknown[]) => Promise<unknown>;
const TRANSACTION_CONTROL = /^\s*(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET)\b/i;

/**
 * Gives each statement that TypeORM sends outside a transaction one of its own with the settings. Till's own batches, which
 * are objects, bring their settings along.
 */
function wrapSingleStatements(client: Client): void {
  const query = client.query.bind(client) as unknown as Query;
  const inTransaction: Query = async (...args) => {
    await query(`BEGIN; ${TRANSACTION_SETTINGS}`);
    try {
      const result = await query(...args);
      await query('COMMIT');
      return result;
    } catch (error) {
      await query('ROLLBACK').catch(() => undefined); // the connection is gone, as `error` says
      throw error;
    }
  };
  const isSingle = ([text, ...rest]: readonly unknown[]) =>
    typeof text === 'string' &&
    !TRANSACTION_CONTROL.test(text) &&
    typeof rest.at(-1) !== 'function' &&
    client.getTransactionStatus() === 'I';
  Object.assign(client, { query: (...args: unknown[]) => (isSingle(args) ? inTransaction(...args) : query(...args)) });
}
