import type { Migration } from 'typeorm';
import { changedMigrations } from './migration-checksums.js';
import {
  inMigrationSession,
  type MigrateOptions,
  MigrationRefused,
  type MigrationSession,
} from './migration-session.js';
import { withChecksums } from './known-migrations.js';
import { grantToRunningRole } from './running-role.js';
import { compareSchema } from './schema-fit.js';

export interface MigrateUpOptions extends MigrateOptions {
  /** Accepts the present text of migrations that were changed after they ran. */
  readonly acceptChanged?: boolean;
  /** The role of the processes, if it is not the one that migrates: it gets its rights on all tables. */
  readonly runningRole?: string | undefined;
}

/**
 * Migrates the database at `url` to the newest schema. Returns the names of the migrations that it ran, each in its own transaction.
 * Safe to repeat, to interrupt and to run in several processes. A migration that does not get its locks in time is rolled back, lets
 * others pass and tries again.
 * @throws MigrationRefused if locks stay taken, an applied migration was changed, or the schema is too new for this build
 */
export function migrate(url: string, options: MigrateUpOptions = {}): Promise<string[]> {
  return inMigrationSession(url, options, async (session) => {
    await checkApplied(session, options.acceptChanged ?? false);
    const pending = await session.executor().getPendingMigrations();
    for (const [index, migration] of pending.entries()) {
      session.report(`applying ${migration.name} (${index + 1} of ${pending.length})`);
      await session.whenFree(migration, () => apply(session, migration.name));
    }
    if (options.runningRole !== undefined) await grantToRunningRole(session, options.runningRole);
    return pending.map(({ name }) => name);
  });
}

export interface RevertOptions extends MigrateOptions {
  /** How many migrations to revert; 1 when absent. */
  readonly steps?: number;
}

/**
 * Reverts the newest migrations, each in its own transaction, and returns their names. What only they stored is lost. Safe to interrupt and
 * to repeat.
 * @throws MigrationRefused if locks stay taken, or if this build does not have a migration that it should revert
 */
export function revert(url: string, { steps = 1, ...options }: RevertOptions = {}): Promise<string[]> {
  return inMigrationSession(url, options, async (session) => {
    const executed = await session.executor().getExecutedMigrations();
    const newest = executed.toSorted((one, other) => other.timestamp - one.timestamp).slice(0, steps);
    for (const migration of newest) {
      session.report(`reverting ${migration.name}`);
      await session.whenFree(withInstance(session, migration), () => undo(session, migration));
    }
    return newest.map(({ name }) => name);
  });
}

async function checkApplied(session: MigrationSession, acceptChanged: boolean): Promise<void> {
  const executed = await session.executor().getExecutedMigrations();
  const names = new Set(executed.map(({ name }) => name));
  const applied = session.migrations.filter(({ name }) => names.has(name));
  await session.checksums.createTable();
  if (await session.checksums.lacksRequires())
    await session.whenFree({ name: 'a new column of migration_checksums' }, () => session.checksums.addRequires());
  if (executed.length > 0) await assertFits(session);
  const changed = await session.checksums.changed(await withChecksums(applied));
  if (changed.length > 0 && !acceptChanged) throw new MigrationRefused(changedMigrations(changed));
  if (acceptChanged) await session.checksums.note(applied);
  else await session.checksums.noteMissing(applied);
}

/** A version that can't run on this schema must not be rolled out. */
async function assertFits(session: MigrationSession): Promise<void> {
  const { fit } = await compareSchema((sql, parameters) => session.ask(sql, parameters));
  if (fit !== 'ahead') return;
  throw new MigrationRefused(
    "The schema of the database is newer than this version, which can't run on it. Run the version that migrated it, or a later one.",
  );
}

/** Runs one migration and stores its checksum. */
async function apply(session: MigrationSession, name: string): Promise<void> {
  const executor = session.executor();
  const migration = (await executor.getPendingMigrations()).find((pending) => pending.name === name);
  const made = session.migrations.find((it) => it.name === name);
  if (!migration || !made) return;
  await executor.executeMigration(migration);
  await session.checksums.note([made]);
}

async function undo(session: MigrationSession, migration: Migration): Promise<void> {
  await withInstance(session, migration).instance!.down(session.runner);
  await session.ask('DELETE FROM migrations WHERE name = $1', [migration.name]);
  await session.ask('DELETE FROM migration_checksums WHERE name = $1', [migration.name]);
}

/** The migration with its code. @throws MigrationRefused if a later build ran it */
function withInstance({ migrations }: MigrationSession, migration: Migration): Migration {
  const made = migrations.find(({ name }) => name === migration.name);
  if (!made) {
    throw new MigrationRefused(
      `${migration.name} is of another version of Till. Run migrate down of the version that applied it.`,
    );
  }
  return Object.assign(migration, { instance: new made() });
}
