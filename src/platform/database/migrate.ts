import type { MigrationInterface } from 'typeorm';
import { changedMigrations } from './migration-checksums.js';
import {
  inMigrationSession,
  type MigrateOptions,
  MigrationRefused,
  type MigrationSession,
} from './migration-session.js';
import { withChecksums } from './known-migrations.js';
import type { MigrationClass } from './migrations.js';
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
    const executed = await checkApplied(session, options.acceptChanged ?? false);
    const pending = session.migrations.filter(({ name }) => !executed.includes(name));
    for (const [index, made] of pending.entries()) {
      session.report(`applying ${made.name} (${index + 1} of ${pending.length})`);
      // The log keeps the order of commits: in a schema that nobody uses yet, the last one waits for the disk on behalf of all.
      const isDurable = executed.length > 0 || index === pending.length - 1;
      const instance = new made();
      await session.whenFree({ name: made.name, instance, isDurable }, () => apply(session, made, instance));
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
    const newest = (await session.table.executed()).toReversed().slice(0, steps);
    for (const name of newest) {
      session.report(`reverting ${name}`);
      const instance = instanceOf(session, name);
      await session.whenFree({ name, instance }, () => undo(session, name, instance));
    }
    return newest;
  });
}

/** Returns the names of the migrations that ran. @throws MigrationRefused */
async function checkApplied(session: MigrationSession, acceptChanged: boolean): Promise<readonly string[]> {
  const executed = await session.table.executed();
  const applied = session.migrations.filter(({ name }) => executed.includes(name));
  if (executed.length === 0) await session.table.create();
  await session.checksums.createTable();
  if (await session.checksums.lacksRequires())
    await session.whenFree({ name: 'a new column of migration_checksums' }, () => session.checksums.addRequires());
  if (executed.length > 0) await assertFits(session);
  const changed = await session.checksums.changed(await withChecksums(applied));
  if (changed.length > 0 && !acceptChanged) throw new MigrationRefused(changedMigrations(changed));
  if (acceptChanged) await session.checksums.note(applied);
  else await session.checksums.noteMissing(applied);
  return executed;
}

/** A version that can't run on this schema must not be rolled out. */
async function assertFits(session: MigrationSession): Promise<void> {
  const { fit } = await compareSchema((sql, parameters) => session.ask(sql, parameters));
  if (fit !== 'ahead') return;
  throw new MigrationRefused(
    "The schema of the database is newer than this version, which can't run on it. Run the version that migrated it, or a later one.",
  );
}

/** Runs one migration and stores that it ran, with its checksum. */
async function apply(session: MigrationSession, made: MigrationClass, instance: MigrationInterface): Promise<void> {
  await instance.up(session.runner);
  await session.table.add(made.name);
  await session.checksums.note([made]);
}

async function undo(session: MigrationSession, name: string, instance: MigrationInterface): Promise<void> {
  await instance.down(session.runner);
  await session.table.remove(name);
  await session.checksums.remove(name);
}

/** The code of a migration. @throws MigrationRefused if a later build ran it */
function instanceOf({ migrations }: MigrationSession, name: string): MigrationInterface {
  const made = migrations.find((it) => it.name === name);
  if (made) return new made();
  throw new MigrationRefused(`${name} is of another version of Till. Run migrate down of the version that applied it.`);
}
