import { Client } from 'pg';
import type { Variables } from '../settings.js';
import { explainDatabase, migrationState } from '../platform/database/index.js';
import { tryToWrite } from '../platform/health/index.js';
import { type Finding, fine, problem } from './finding.js';

const about = 'PostgreSQL';
const TIMEOUT_MS = 5000;
/** In milliseconds. Tokens and webhooks are checked by this machine's clock, schedules run by the database's. */
const CLOCKS_APART_MS = 2000;

interface Facts {
  readonly version: number;
  readonly database: string;
  readonly schema: string | null;
  readonly mayCreate: boolean;
  /** Whether the user could disable a trigger: it owns the tables, or is a superuser. */
  readonly mayDisable: boolean;
  readonly readOnly: boolean;
  readonly migrated: boolean;
  readonly encoding: string;
  readonly connections: number;
  readonly unsafe: string[] | null;
  readonly size: string;
}

const FACTS = `
  SELECT current_setting('server_version_num')::int AS version, current_database() AS database, current_schema() AS schema,
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate",
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR
      coalesce((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('events')), false) AS "mayDisable",
    pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS "readOnly",
    to_regclass('events') IS NOT NULL AS migrated,
    current_setting('server_encoding') AS encoding,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS connections,
    (SELECT array_agg(name::text) FROM pg_settings
      WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off') AS unsafe,
    pg_size_pretty(pg_database_size(current_database())) AS size`;

export async function checkDatabase(variables: Variables): Promise<Finding[]> {
  const { DATABASE_URL: url } = variables;
  if (url === undefined) return [problem(about, 'not checked: DATABASE_URL is not usable')];
  try {
    return await withClient(url, (client) => look(client, variables));
  } catch (error) {
    const [what = '', remedy] = (explainDatabase(error) ?? String((error as Error).message)).split('\n');
    return [problem(about, what, remedy)];
  }
}

export async function withClient<T>(connectionString: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS });
  client.on('error', () => undefined); // each query reports the error too
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function look(client: Client, variables: Variables): Promise<Finding[]> {
  const { NODE_ENV = 'production', DATABASE_POOL_SIZE = 10 } = variables;
  const facts = (await client.query<Facts>(FACTS)).rows[0]!;
  return [
    version(facts),
    await writable(facts, client),
    schema(facts),
    ...(NODE_ENV === 'production' ? [role(facts)] : []),
    await migrations(client),
    connections(facts, DATABASE_POOL_SIZE),
    settings(facts),
    fine(`${about} disk`, `the database ${facts.database} takes ${facts.size}; keep as much free again`),
    await clock(client),
  ];
}

function version({ version: number }: Facts): Finding {
  const major = Math.floor(number / 10_000);
  const text = `reachable, version ${major}.${number % 10_000}`;
  return major >= 15 && major <= 18 ? fine(about, text) : problem(about, text, 'Use PostgreSQL 15 to 18.');
}

async function writable({ readOnly, migrated }: Facts, client: Client): Promise<Finding> {
  const name = `${about} writes`;
  if (readOnly)
    return problem(
      name,
      'refused: it is read-only',
      'DATABASE_URL must lead to the primary; see also default_transaction_read_only.',
    );
  try {
    if (migrated) await tryToWrite(client);
    return fine(name, 'accepted');
  } catch (error) {
    await client.query('ROLLBACK');
    const [what = '', remedy] = (explainDatabase(error) ?? String((error as Error).message)).split('\n');
    return problem(name, `refused (${what})`, remedy);
  }
}

function schema({ schema: name, mayCreate, migrated }: Facts): Finding {
  const title = `${about} schema`;
  if (name === null)
    return problem(
      title,
      'there is no schema to create tables in',
      'Create one, and name it in the search_path of the user.',
    );
  if (mayCreate) return fine(title, name);
  if (migrated) return fine(title, `${name}, which the user of DATABASE_URL can't change`);
  return problem(
    title,
    `the user of DATABASE_URL may not create tables in ${name}`,
    `Run till migrate with MIGRATION_DATABASE_URL, or GRANT CREATE, USAGE ON SCHEMA ${name} TO the user of DATABASE_URL.`,
  );
}

function role({ mayDisable }: Facts): Finding {
  const title = `${about} role`;
  if (!mayDisable) return fine(title, 'reads and writes rows, and owns nothing');
  return problem(
    title,
    'the user of DATABASE_URL owns the tables, so it could disable the triggers that protect the ledger',
    'Give the processes a role of their own, and migrate with MIGRATION_DATABASE_URL: docs/production.md, section 1.',
  );
}

async function migrations(client: Client): Promise<Finding> {
  const name = 'migrations';
  switch (await migrationState(async (sql, values) => (await client.query(sql, values)).rows as unknown[])) {
    case 'none':
      return problem(name, 'none has run', 'Run till migrate.');
    case 'behind':
      return problem(name, 'the schema is older than this version', 'Run till migrate before this version starts.');
    case 'ahead':
      return problem(
        name,
        'the schema is newer than this version',
        'Run the version of Till that migrated it, or a later one.',
      );
    case 'changed':
      return problem(
        name,
        'one has changed since it ran',
        'Run till migrate: it names the migration and says what to do.',
      );
    case 'newer':
      return fine(name, 'the schema is newer than this version, which can still run on it');
    case 'current':
      return fine(name, 'all have run');
  }
}

function connections({ connections: most }: Facts, poolSize: number): Finding {
  const name = `${about} pool`;
  const text = `${most} connections, of which each process takes up to ${poolSize}`;
  if (most >= 2 * poolSize + 5) return fine(name, text);
  return problem(
    name,
    text,
    'Raise max_connections, or lower DATABASE_POOL_SIZE: there is no room for one api and one worker.',
  );
}

function settings({ encoding, unsafe }: Facts): Finding {
  const name = `${about} settings`;
  if (encoding !== 'UTF8')
    return problem(name, `the encoding is ${encoding}`, 'Create the database with ENCODING UTF8.');
  if (unsafe === null) return fine(name, 'commits are durable, the encoding is UTF-8');
  return problem(
    name,
    `${unsafe.join(', ')} off: a crash of the machine may lose committed data`,
    `Turn ${unsafe.join(', ')} on.`,
  );
}

async function clock(client: Client): Promise<Finding> {
  const before = Date.now();
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const apart = Math.round(rows[0]!.now.getTime() - (before + Date.now()) / 2);
  const text = `the database is ${Math.abs(apart)} ms ${apart < 0 ? 'behind' : 'ahead'}`;
  if (Math.abs(apart) <= CLOCKS_APART_MS) return fine('clocks', text);
  return problem('clocks', text, 'Synchronise the clocks of both machines (NTP).');
}
