import type { Client, PoolClient } from 'pg';
import { isOfCluster } from '../citus/shard-names.js';
import { DATABASE_TIMEOUT_MS } from '../timeouts.js';
import { tracedStatements, tracing } from '../../tracing/index.js';
import { joinGeneration } from './connection-renewal.js';

/** How long a statement waits for a lock before its use case goes to the back of a queue, in milliseconds: see `LockQueue`. */
const LOCK_TIMEOUT_MS = 250;

/**
 * How the statements of a session are planned. `by-key` keeps one plan for all parameters, since PostgreSQL would plan statements
 * that unnest an array anew each time. They find a few rows by key, so that plan must be nested loops over indexes, whatever size
 * the tables had when it was made. `unrestricted` plans for the parameters at hand, over whole tables where that is cheaper.
 */
export type Planner = 'by-key' | 'unrestricted';

/** The statement that has the session, or behind a pooler the running transaction, plan so from now on. */
function usePlanner(planner: Planner, client: PoolClient | Client): string {
  const free = planner === 'unrestricted';
  // Citus can plan some statements only with their parameters. PostgreSQL's own choice is then those plans, and one plan for all parameters otherwise.
  const generic = isOfCluster(client) ? 'auto' : 'force_generic_plan';
  const settings = {
    plan_cache_mode: free ? 'force_custom_plan' : generic,
    enable_seqscan: free,
    enable_hashjoin: free,
    enable_mergejoin: free,
  };
  const isLocal = isPooled(client);
  return `SELECT ${Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', ${isLocal})`)}`;
}

/** How each connection plans at present; absent where that is not known, as after a rollback. */
const planners = new WeakMap<object, Planner>();

/** The statement that is due before a connection runs others by this planner; `undefined` when it plans so already. */
export function switchTo(client: PoolClient | Client, planner: Planner): string | undefined {
  if (planners.get(client) === planner) return undefined;
  planners.set(client, planner);
  return usePlanner(planner, client);
}

/** Whatever has been set since the transaction began may have been undone. */
export function forgetPlanner(client: PoolClient | Client): void {
  planners.delete(client);
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
  // Compiling a plan takes longer than most of Till's statements, and the proof has many.
  jit: 'off',
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

/** The connection is not in the schema of its shop. */
export class WrongSchema extends Error {
  override readonly name = 'WrongSchema';

  constructor(wanted: string, found: string | null) {
    super(
      `A connection to the database is in ${found === null ? 'no schema' : `the schema ${found}`} instead of ${wanted}, which is that of SHOP. ` +
        `Make the shop with till shops create; behind a pooler, give the shop a role of its own: ALTER ROLE ... SET search_path = ${wanted}.`,
    );
  }
}

/**
 * Makes a new connection fit for Till, and refuses one to a server that takes no writes: behind one address, a standby would
 * show old data, and the next connection may lead to its new primary. `schema`: that of a further shop.
 * @throws ReadOnlyServer, WrongSchema
 */
export async function configureConnection(client: Client, schema?: string): Promise<void> {
  joinGeneration(client);
  if ((await configure(client, schema)).readonly) throw new ReadOnlyServer('The database is read-only.');
}

/** The same for a connection that only reads, to a standby. It belongs to no generation: what it meets says nothing about those to the primary. */
export async function configureStandbyConnection(client: Client, schema?: string): Promise<void> {
  await configure(client, schema);
}

/**
 * Applies the settings. A pooler is recognised by the process id of its greeting, which is not that of the
 * session (PostgreSQL manual, section 54.2.1); then the settings must not outlive this statement.
 */
async function configure(client: Client, wanted: string | undefined): Promise<{ readonly readonly: boolean }> {
  // A connection that dies tells its listeners, and a Node process without listeners for an error ends. Those of the pool
  // and of TypeORM come and go with each borrower; this one stays. The statements in flight fail by themselves.
  client.on('error', () => {});
  const greeting = Number((client as unknown as { processID: unknown }).processID);
  const asked = `pg_backend_pid() = ${greeting} AS direct, current_setting('transaction_read_only')::boolean AS readonly, current_schema() AS schema`;
  const sql = `SELECT ${asked}, ${applying(`pg_backend_pid() <> ${greeting}`)}`;
  const { rows } = await client.query<{ direct: boolean; readonly: boolean; schema: string | null }>(sql);
  const schema = rows[0]?.schema ?? null;
  if (wanted !== undefined && schema !== wanted) throw new WrongSchema(wanted, schema);
  if (!rows[0]?.direct) pooled.add(client);
  adaptTexts(client);
  return { readonly: rows[0]?.readonly ?? false };
}

/** Statements of TypeORM as spans. Till's own batches are spans already. */
function tracedTexts(query: Query): Query {
  return (...args) => {
    const [text] = args;
    const isText = typeof text === 'string' && typeof args.at(-1) !== 'function';
    return isText ? tracedStatements([text], () => query(...args)) : query(...args);
  };
}

type Query = (...args: unknown[]) => Promise<unknown>;
/** Must come first in a transaction, or end it; a setting is none of these. */
const TRANSACTION_CONTROL = /^\s*(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)\b/i;
const ENDS = /^\s*(COMMIT|ROLLBACK)\b/i;

/**
 * Has statements that come as texts, which are TypeORM's, planned without restrictions; behind a pooler, those outside of
 * transactions get one of their own with the settings. Till's own batches, which are objects, bring along what they need.
 */
function adaptTexts(client: Client): void {
  const query = client.query.bind(client) as unknown as Query;
  const isIdle = () => client.getTransactionStatus() === 'I';
  const unrestricted: Query = (...args) => {
    const due = switchTo(client, 'unrestricted');
    if (due) void query(due).catch(() => undefined); // then what follows fails as well, and says why
    return query(...args);
  };
  const inTransaction: Query = async (...args) => {
    forgetPlanner(client);
    await query(`BEGIN; ${TRANSACTION_SETTINGS}`);
    try {
      const result = await unrestricted(...args);
      await query('COMMIT');
      return result;
    } catch (error) {
      await query('ROLLBACK').catch(() => undefined); // the connection is gone, as `error` says
      throw error;
    }
  };
  const adapted: Query = (...args) => {
    const [text] = args;
    if (typeof text !== 'string') return query(...args);
    if (ENDS.test(text)) forgetPlanner(client);
    if (TRANSACTION_CONTROL.test(text)) return query(...args);
    const isSingle = isPooled(client) && isIdle() && typeof args.at(-1) !== 'function';
    return isSingle ? inTransaction(...args) : unrestricted(...args);
  };
  Object.assign(client, { query: tracing() ? tracedTexts(adapted) : adapted });
}
