import { type AppliedMigrations, appliedMigrations } from './applied-migrations.js';
import { changedOf } from './migration-checksums.js';
import { knownMigrations } from './known-migrations.js';
import { compareMigrations, type SchemaFit } from './schema-fit.js';

/** The schema of a database compared with this build; `changed` if a migration was changed after it ran. */
export type MigrationState = SchemaFit | 'changed';

/** Compares the migrations of the database with those of this build. `query` returns rows. */
export async function migrationState(
  query: (sql: string, parameters?: unknown[]) => Promise<readonly unknown[]>,
): Promise<MigrationState> {
  return stateOf(await appliedMigrations(query));
}

/** Compares the migrations of a schema with those of this build. */
export async function stateOf({ names = [], noted }: AppliedMigrations): Promise<MigrationState> {
  const known = await knownMigrations();
  const { fit } = compareMigrations(names, known, noted);
  if (fit !== 'current' && fit !== 'newer') return fit;
  return changedOf(known, noted).length > 0 ? 'changed' : fit;
}
