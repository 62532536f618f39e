import { MigrationChecksums } from './migration-checksums.js';
import { knownMigrations } from './known-migrations.js';
import { compareSchema, type SchemaFit } from './schema-fit.js';

/** The schema of a database compared with this build; `changed` if a migration was changed after it ran. */
export type MigrationState = SchemaFit | 'changed';

const APPLIED = `SELECT to_regclass('migrations') IS NOT NULL AS exists`;

/** Compares the migrations of the database with those of this build. `query` returns rows. */
export async function migrationState(
  query: (sql: string, parameters?: unknown[]) => Promise<readonly unknown[]>,
): Promise<MigrationState> {
  const [{ exists }] = (await query(APPLIED)) as [{ exists: boolean }];
  if (!exists) return 'none';
  const { fit } = await compareSchema(query);
  if (fit !== 'current' && fit !== 'newer') return fit;
  return (await new MigrationChecksums(query).changed(await knownMigrations())).length > 0 ? 'changed' : fit;
}
