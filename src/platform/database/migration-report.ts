import { MigrationChecksums } from './migration-checksums.js';
import { knownMigrations } from './known-migrations.js';

/** The migrations of a database and those of this build, by name, in order. */
export interface MigrationReport {
  readonly applied: readonly string[];
  /** Of this build, and not applied. */
  readonly pending: readonly string[];
  /** Applied by another build. */
  readonly unknown: readonly string[];
  /** Changed after they ran. */
  readonly changed: readonly string[];
}

const EXISTS = `SELECT to_regclass('migrations') IS NOT NULL AS exists`;

/** Compares the migrations of the database with those of this build. `query` returns rows. */
export async function migrationReport(query: (sql: string) => Promise<readonly unknown[]>): Promise<MigrationReport> {
  const [{ exists }] = (await query(EXISTS)) as [{ exists: boolean }];
  const rows = exists ? ((await query('SELECT name FROM migrations ORDER BY timestamp')) as { name: string }[]) : [];
  const applied = rows.map(({ name }) => name);
  const known = await knownMigrations();
  const own = known.map(({ name }) => name);
  const ran = known.filter(({ name }) => applied.includes(name));
  return {
    applied,
    pending: own.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !own.includes(name)),
    changed: exists ? await new MigrationChecksums(query).changed(ran) : [],
  };
}
