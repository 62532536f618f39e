import { MigrationChecksums } from './migration-checksums.js';
import { loadMigrations } from './migrations.js';

/** The schema of a database compared with this build; `changed` if a migration was changed after it ran. */
export type MigrationState = 'current' | 'none' | 'behind' | 'ahead' | 'changed';

const APPLIED = `SELECT to_regclass('migrations') IS NOT NULL AS exists`;

/** Compares the migrations of the database with those of this build. `query` returns rows. */
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
