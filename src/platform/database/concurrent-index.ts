import type { QueryRunner } from 'typeorm';

/**
 * Creates an index while everybody reads and writes the table. For a migration with `transaction = false`, which has nothing else. Safe to
 * repeat: PostgreSQL leaves an invalid index behind when it is interrupted, which is dropped first
 * (https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY).
 * `definition`: what follows the name, such as `ON events (created_at)`.
 */
export async function createIndexConcurrently(
  runner: QueryRunner,
  {
    name,
    definition,
    unique = false,
  }: { readonly name: string; readonly definition: string; readonly unique?: boolean },
): Promise<void> {
  const left = (await runner.query('SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid', [
    name,
  ])) as unknown[];
  if (left.length > 0) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY IF NOT EXISTS ${name} ${definition}`);
}
