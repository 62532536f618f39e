import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import type { AppliedMigrations } from '../applied-migrations.js';
import { sqlState } from '../errors.js';
import type { NotedMigration } from '../migration-checksums.js';

/** How many schemas a statement reads: it locks a table and its index in each, for which every connection has room (`max_locks_per_transaction`). */
const AT_ONCE = 50;
/** How many times to read a batch of which a schema vanishes meanwhile. */
const ATTEMPTS = 3;
/** No such table, no such schema, and what PostgreSQL says when they vanish between two steps of a statement. */
const VANISHED = new Set(['42P01', '3F000', 'XX000']);

const TABLES = `
  SELECT n.nspname::text AS schema, c.relname::text AS table FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1) AND c.relname IN ('migrations', 'migration_checksums')
    AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`;
const NAMES = `SELECT <name> AS schema, array_agg(name::text ORDER BY "timestamp", id) AS found FROM <schema>.migrations`;
const NOTED = `SELECT <name> AS schema, jsonb_agg(to_jsonb(m) - 'noted_at') AS found FROM <schema>.migration_checksums m`;

interface Found<T> {
  readonly schema: string;
  /** `null` for an empty table. */
  readonly found: readonly T[] | null;
}

/**
 * Reads which migrations ran in each of these schemas, over one connection and in few statements. A schema that is not there, or that the user may not
 * read, has no table of migrations.
 */
export async function appliedInSchemas(
  client: Client,
  schemas: readonly string[],
): Promise<ReadonlyMap<string, AppliedMigrations>> {
  const applied = new Map<string, AppliedMigrations>();
  for (let at = 0; at < schemas.length; at += AT_ONCE) {
    for (const [schema, migrations] of await batch(client, schemas.slice(at, at + AT_ONCE), ATTEMPTS)) {
      applied.set(schema, migrations);
    }
  }
  return applied;
}

async function batch(
  client: Client,
  schemas: readonly string[],
  attempts: number,
): Promise<readonly (readonly [string, AppliedMigrations])[]> {
  try {
    const { rows } = await client.query<{ schema: string; table: string }>(TABLES, [schemas]);
    const having = (name: string) => rows.filter(({ table }) => table === name).map(({ schema }) => schema);
    const names = await inEach<string>(client, NAMES, having('migrations'));
    const noted = await inEach<NotedMigration>(client, NOTED, having('migration_checksums'));
    return schemas.map((schema) => {
      const known = (noted.get(schema) ?? []).map((migration) => [migration.name, migration] as const);
      return [schema, { names: names.get(schema), noted: new Map(known) }];
    });
  } catch (error) {
    if (attempts <= 1 || !VANISHED.has(sqlState(error) ?? '')) throw error;
    return batch(client, schemas, attempts - 1);
  }
}

/** Runs a query of one schema in all of them as one statement. */
async function inEach<T>(client: Client, sql: string, schemas: readonly string[]): Promise<Map<string, readonly T[]>> {
  if (schemas.length === 0) return new Map();
  const each = schemas.map((schema) =>
    sql.replace('<name>', () => escapeLiteral(schema)).replace('<schema>', () => escapeIdentifier(schema)),
  );
  const { rows } = await client.query<Found<T>>(each.join(' UNION ALL '));
  return new Map(rows.map(({ schema, found }) => [schema, found ?? []]));
}
