import { keyNameOf, type Place } from './encryption.js';

type Query = (sql: string, values?: unknown[]) => Promise<unknown[]>;

/** A column of the type `encrypted`. */
export interface EncryptedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key, which must be one column. */
  readonly key: string;
  readonly keyType: string;
}

const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS "column", k.attname AS "key", format_type(k.atttypid, k.atttypmod) AS "keyType"
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1
  JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[0]
  WHERE a.atttypid = to_regtype('encrypted') AND NOT a.attisdropped AND pg_table_is_visible(c.oid)
  ORDER BY 1, 2`;

/** Returns all columns that hold encrypted secrets. The type says which they are, so that none is forgotten. */
export async function encryptedColumns(query: Query): Promise<EncryptedColumn[]> {
  return (await query(COLUMNS)) as EncryptedColumn[];
}

/** Returns the number of secrets in the database by the name of their key. */
export async function keysInUse(query: Query): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { table, column } of await encryptedColumns(query)) {
    const sql = `SELECT split_part(${column}, ':', 1) AS name, count(*)::int AS secrets FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1`;
    for (const { name, secrets } of (await query(sql)) as { name: string; secrets: number }[])
      counts.set(name, (counts.get(name) ?? 0) + secrets);
  }
  return counts;
}

/** A secret of the database as it stands there, with its place. */
export interface StoredSecret {
  readonly place: Place;
  readonly text: string;
}

/** Returns one secret of each key: whoever can decrypt them has all keys that the secrets of the database need. */
export async function secretOfEachKey(query: Query): Promise<StoredSecret[]> {
  const found = new Map<string, StoredSecret>();
  for (const { table, column, key } of await encryptedColumns(query)) {
    const sql = `SELECT DISTINCT ON (split_part(${column}, ':', 1)) ${key}::text AS id, ${column} AS text FROM ${table}
      WHERE ${column} IS NOT NULL ORDER BY split_part(${column}, ':', 1)`;
    for (const { id, text } of (await query(sql)) as { id: string; text: string }[])
      found.set(keyNameOf(text), { place: { table, column, id }, text });
  }
  return [...found.values()];
}
