import { MigrationChecksums, type NotedMigration } from './migration-checksums.js';

/** What a schema says of the migrations that ran there. */
export interface AppliedMigrations {
  /** Their names, the oldest first; `undefined` where there is no table of them. */
  readonly names: readonly string[] | undefined;
  readonly noted: ReadonlyMap<string, NotedMigration>;
}

const EXISTS = `SELECT to_regclass('migrations') IS NOT NULL AS exists`;
const NAMES = 'SELECT name FROM migrations ORDER BY "timestamp", id';

/** Reads the migrations of the schema that a connection is in. `query` returns rows. */
export async function appliedMigrations(
  query: (sql: string, parameters?: unknown[]) => Promise<readonly unknown[]>,
): Promise<AppliedMigrations> {
  const [{ exists }] = (await query(EXISTS)) as [{ exists: boolean }];
  if (!exists) return { names: undefined, noted: new Map() };
  const rows = (await query(NAMES)) as { name: string }[];
  return { names: rows.map(({ name }) => name), noted: await new MigrationChecksums(query).noted() };
}
