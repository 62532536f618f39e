import type { AppliedMigrations } from './applied-migrations.js';
import { changedOf } from './migration-checksums.js';
import { knownMigrations } from './known-migrations.js';

/** The migrations of a schema and those of this build, by name, in order. */
export interface MigrationReport {
  readonly applied: readonly string[];
  /** Of this build, and not applied. */
  readonly pending: readonly string[];
  /** Applied by another build. */
  readonly unknown: readonly string[];
  /** Changed after they ran. */
  readonly changed: readonly string[];
}

/** Compares the migrations of a schema with those of this build. */
export async function reportOf({ names: applied = [], noted }: AppliedMigrations): Promise<MigrationReport> {
  const known = await knownMigrations();
  const own = known.map(({ name }) => name);
  const ran = known.filter(({ name }) => applied.includes(name));
  return {
    applied,
    pending: own.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !own.includes(name)),
    changed: changedOf(ran, noted),
  };
}
