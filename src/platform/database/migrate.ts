import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { DataSource, type DataSourceOptions, MigrationExecutor, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { sqlState } from './errors.js';
import { changedMigrations, MigrationChecksums } from './migration-checksums.js';
import { loadMigrations, type MigrationClass } from './migrations.js';
import { schemaFit } from './schema-fit.js';

export interface MigrateOptions {
  /** How long a statement waits for a lock, in milliseconds; users of the table wait behind it meanwhile. */
  readonly lockTimeoutMs?: number;
  /** How long to try again before giving up, in milliseconds. */
  readonly waitMs?: number;
  /** Accepts the present text of migrations that were changed after they ran. */
  readonly acceptChanged?: boolean;
  /** Called with a message for each step. */
  readonly report?: (message: string) => void;
}

/** The database can't be migrated now; the message says why and what to do. The migration was rolled back. */
export class MigrationRefused extends Error {}

/** The advisory lock of migrations, so that two concurrent runs execute one after the other. */
const MIGRATION_LOCK = 748_455;
/** Shorter than requests wait for the database, so that requests behind a waiting migration succeed. */
const LOCK_TIMEOUT_MS = 2000;
const WAIT_MS = 300_000;
/** SQLSTATEs of a lock time-out and of a deadlock. */
const LOCKED = new Set(['55P03', '40P01']);

const HOLDER = `
  SELECT a.pid, to_char(a.backend_start, 'HH24:MI:SS') AS since FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.objid = ${MIGRATION_LOCK} AND l.database =
    (SELECT oid FROM pg_database WHERE datname = current_database())`;
const OLDEST = `
  SELECT pid, application_name AS application, state, extract(epoch FROM now() - xact_start)::int AS seconds
  FROM pg_stat_activity
  WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
  ORDER BY xact_start LIMIT 3`;

/**
 * Migrates the database at `url` to the newest schema. Returns the names of the migrations that it ran, each in its own transaction.
 * Safe to repeat, to interrupt and to run in several processes. A migration that does not get its locks in time is rolled back, lets
 * others pass and tries again.
 * @throws MigrationRefused if locks stay taken, an applied migration was changed, or the schema is too new for this build
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<string[]> {
  const migrations = await loadMigrations();
  const { report = () => undefined } = options;
  const dataSource = await new DataSource(optionsOf(url, migrations, report)).initialize();
  const runner = dataSource.createQueryRunner();
  try {
    return await new Migrating(dataSource, runner, migrations, { ...options, report }).run();
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

class Migrating {
  private readonly deadline: number;
  private readonly checksums: MigrationChecksums;

  constructor(
    private readonly dataSource: DataSource,
    private readonly runner: QueryRunner,
    private readonly migrations: readonly MigrationClass[],
    private readonly options: MigrateOptions & { readonly report: (message: string) => void },
  ) {
    this.deadline = Date.now() + (options.waitMs ?? WAIT_MS);
    this.checksums = new MigrationChecksums((sql, parameters) => runner.query(sql, parameters));
  }

  async run(): Promise<string[]> {
    await this.takeTurn();
    try {
      await this.checkApplied();
      const pending = await new MigrationExecutor(this.dataSource, this.runner).getPendingMigrations();
      for (const [index, { name }] of pending.entries()) {
        this.options.report(`applying ${name} (${index + 1} of ${pending.length})`);
        await this.whenFree(name, () => this.apply(name));
      }
      return pending.map(({ name }) => name);
    } finally {
      await this.runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    }
  }

  /** Waits until no other process migrates this database. */
  private async takeTurn(): Promise<void> {
    for (let round = 0; ; round++) {
      const [turn] = await this.ask<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATION_LOCK]);
      if (turn?.taken) return;
      const [holder] = await this.ask<{ pid: number; since: string }>(HOLDER);
      const other = holder ? `PostgreSQL process ${holder.pid}, since ${holder.since}` : 'which just ended';
      if (Date.now() > this.deadline) {
        throw new MigrationRefused(
          `Another process migrates this database (${other}). Wait for it, then run migrate again.`,
        );
      }
      if (round % 20 === 0) this.options.report(`waiting: another process migrates this database (${other})`);
      await delay(500);
    }
  }

  private async checkApplied(): Promise<void> {
    const executed = await new MigrationExecutor(this.dataSource, this.runner).getExecutedMigrations();
    const names = new Set(executed.map(({ name }) => name));
    const applied = this.migrations.filter(({ name }) => names.has(name));
    await this.checksums.createTable();
    if (await this.checksums.lacksRequires())
      await this.whenFree('a new column of migration_checksums', () => this.checksums.addRequires());
    if (executed.length > 0) await this.assertFits();
    const changed = await this.checksums.changed(applied);
    if (changed.length > 0 && !this.options.acceptChanged) throw new MigrationRefused(changedMigrations(changed));
    if (this.options.acceptChanged) await this.checksums.note(applied);
    else await this.checksums.noteMissing(applied);
  }

  /** A version that can't run on this schema must not be rolled out. */
  private async assertFits(): Promise<void> {
    if ((await schemaFit((sql, parameters) => this.ask(sql, parameters))) !== 'ahead') return;
    throw new MigrationRefused(
      "The schema of the database is newer than this version, which can't run on it. Run the version that migrated it, or a later one.",
    );
  }

  private async whenFree(name: string, work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.runner.query(`SET lock_timeout = ${this.options.lockTimeoutMs ?? LOCK_TIMEOUT_MS}`);
        return await work();
      } catch (error) {
        if (!LOCKED.has(sqlState(error) ?? '')) throw error;
        const others = await this.oldestTransactions();
        if (Date.now() > this.deadline) {
          throw new MigrationRefused(
            `${name} did not get its locks in ${attempt} attempts. ${others} End what holds them, or migrate when it is quiet.`,
          );
        }
        this.options.report(`${name} waits for a lock (attempt ${attempt}). ${others}`);
        // Longer each time, so that requests that queued behind the migration are served in between.
        await delay(Math.min(200 * 2 ** attempt, 5000) * (0.5 + Math.random() / 2));
      }
    }
  }

  /** Runs one migration and stores its checksum, atomically unless it asks for no transaction. */
  private async apply(name: string): Promise<void> {
    const executor = new MigrationExecutor(this.dataSource, this.runner);
    const migration = (await executor.getPendingMigrations()).find((pending) => pending.name === name);
    const made = this.migrations.find((it) => it.name === name);
    if (!migration || !made) return;
    const work = async () => {
      await executor.executeMigration(migration);
      await this.checksums.note([made]);
    };
    if (migration.transaction === false || migration.instance?.transaction === false) return await work();
    await this.runner.startTransaction();
    try {
      await work();
      await this.runner.commitTransaction();
    } catch (error) {
      await this.runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }

  private async oldestTransactions(): Promise<string> {
    const oldest = await this.ask<{ pid: number; application: string; state: string; seconds: number }>(OLDEST);
    if (oldest.length === 0) return 'No other transaction is open now.';
    const each = oldest.map(
      ({ pid, application, state, seconds }) =>
        `process ${pid} (${application || 'no name'}, ${state}) for ${seconds} s`,
    );
    return `The oldest open transactions: ${each.join(', ')}.`;
  }

  private ask<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return this.runner.query(sql, parameters) as Promise<R[]>;
  }
}

/** Opens a connection without a statement time-out, and reports its warnings. */
function optionsOf(url: string, migrations: MigrationClass[], report: (message: string) => void): DataSourceOptions {
  const onConnect = (client: Client) => {
    client.on('error', () => undefined); // the running statement fails too
    client.on('notice', ({ severity, message }) => {
      if (severity === 'WARNING' && message) report(message);
    });
  };
  const options = { migrations, extra: { max: 2, keepAlive: true, onConnect } };
  return { ...dataSourceOptions(url, 2), ...options } as DataSourceOptions;
}
