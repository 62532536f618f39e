import { Client } from 'pg';
import type { Contents } from './manifest.js';

const TABLES = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS label
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ORDER BY 1`;
/** Those of the shop whose schema the connection is in. */
const TABLES_OF_SHOP = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname AS label
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY 1`;
const FACTS = `
  SELECT current_setting('server_version_num')::int / 10000 AS postgres,
    (SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1) AS migration,
    coalesce((SELECT max(seq) FROM ledger_seals), 0)::int AS sealed,
    (SELECT encode(hash, 'hex') FROM ledger_seals ORDER BY seq DESC LIMIT 1) AS head`;

interface Facts {
  readonly postgres: number;
  readonly migration: string | null;
  readonly sealed: number;
  readonly head: string | null;
}

/** Opens a connection without time limits. The caller ends it. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'till-backup',
  });
  client.on('error', () => undefined); // the running statement fails too
  await client.connect();
  await client.query('SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0');
  return client;
}

/** The major version of the server. */
export async function majorOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ major: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major`,
  );
  return rows[0]!.major;
}

/** Whether the database has any table. */
export async function isEmpty(client: Client): Promise<boolean> {
  return (await client.query(`SELECT FROM (${TABLES}) t LIMIT 1`)).rowCount === 0;
}

/** Counts the rows of all tables, and reads the ends of the chains. In a transaction, all of one moment. */
export function contentsOf(client: Client): Promise<Contents> {
  return contentsIn(client, TABLES);
}

/** The same for the shop whose schema the connection is in. */
export function contentsOfShop(client: Client): Promise<Contents> {
  return contentsIn(client, TABLES_OF_SHOP);
}

/** The quoted names of the tables of the shop whose schema the connection is in. */
export async function tablesOfShop(client: Client): Promise<string[]> {
  return (await client.query<{ name: string }>(TABLES_OF_SHOP)).rows.map(({ name }) => name);
}

async function contentsIn(client: Client, sql: string): Promise<Contents> {
  const { rows: tables } = await client.query<{ name: string; label: string }>(sql);
  const { postgres, migration, sealed, head } = (await client.query<Facts>(FACTS)).rows[0]!;
  const rows: Record<string, number> = {};
  for (const { name, label } of tables) {
    const counted = await client.query<{ number: string }>(`SELECT count(*) AS number FROM ${name}`);
    rows[label] = Number(counted.rows[0]!.number);
  }
  return { postgres, migration, ledger: { sealed, head }, rows };
}
