import { MigrationChecksums } from './migration-checksums.js';
import { loadMigrations } from './migrations.js';

/** How the schema of a database stands to this build: `changed` if a migration says something else than when it ran. */
export type MigrationState = 'current' | 'none' | 'behind' | 'ahead' | 'changed';

const APPLIED = `SELECT to_regclass('migrations') IS NOT NULL AS exists`;

/** Compares what the database keeps of its migrations with those of this build. `query` returns rows. */
export async function migrationState(query: (sql: string) => Promise<readonly unknown[]>): Promise<MigrationState> {
  const [{ exists }] = (await query(APPLIED)) as [{ exists: boolean }];
  const rows = exists ? ((await query('SELECT name FROM migrations')) as { name: string }[]) : [];
  if (rows.length === 0) return 'none';
  const known = await loadMigrations();
  const applied = new Set(rows.map(({ name }) => name));
  if (known.some(({ name }) => !applied.has(name))) return 'behind';
  if (applied.size > known.length) return 'ahead';
  return (await new MigrationChecksums(query).changed(known)).length > 0 ? 'changed' : 'current';
}
