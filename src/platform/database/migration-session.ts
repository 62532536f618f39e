import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { DataSource, type DataSourceOptions, type MigrationInterface, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { sqlState } from './errors.js';
import { MigrationChecksums } from './migration-checksums.js';
import { MigrationTable, timeOf } from './migration-table.js';
import { loadMigrations, type MigrationClass } from './migrations.js';
import { keepBodiesAsTexts } from './row-type-functions.js';
import { MIGRATION_LOCK_KEY, shopLock } from './shop-lock.js';

export interface MigrateOptions {
  /** How long a statement waits for a lock at most, in milliseconds; users of the table wait behind it meanwhile. */
  readonly lockTimeoutMs?: number;
  /** How long to try again before giving up, in milliseconds. */
  readonly waitMs?: number;
  /** Ends the work after the present step. */
  readonly signal?: AbortSignal;
  /** Called with a message for each step. */
  readonly report?: (message: string) => void;
  /** Those of this build when absent. */
  readonly migrations?: readonly MigrationClass[];
  /** What a statement is in a schema of its own, where a migration names another one; the same when absent. */
  readonly adapt?: (sql: string) => string;
}

/** The database can't be migrated now; the message says why and what to do. The migration was rolled back. */
export class MigrationRefused extends Error {}

/** The advisory lock of the migrations of one shop, so that two concurrent runs execute one after the other. */
const MIGRATION_LOCK = shopLock(MIGRATION_LOCK_KEY);
/** Requests queue behind a migration that waits for a lock: short at first, since most locks are free in a moment. */
const FIRST_LOCK_TIMEOUT_MS = 400;
/** Shorter than requests wait for the database, so that they succeed; longer than `deadlock_timeout`, after which an autovacuum gives way. */
const LOCK_TIMEOUT_MS = 2000;
const WAIT_MS = 300_000;
/** The commit of this transaction does not wait for the disk; it does where other nodes of a Citus cluster commit after it. */
const COMMIT_SOON = `
  SELECT set_config('synchronous_commit', 'off', true) WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')`;
/** SQLSTATEs of a lock time-out and of a deadlock. */
const LOCKED = new Set(['55P03', '40P01']);
/** SQLSTATE of what PostgreSQL does not do, such as adding a column to a table whose rows a function takes. */
const REFUSED = '0A000';

const HOLDER = `
  SELECT a.pid, to_char(a.backend_start, 'HH24:MI:SS') AS since FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND ((l.classid::bigint << 32) | l.objid::bigint) = ${MIGRATION_LOCK} AND l.database =
    (SELECT oid FROM pg_database WHERE datname = current_database())`;
const OLDEST = `
  SELECT pid, application_name AS application, state, extract(epoch FROM now() - xact_start)::int AS seconds
  FROM pg_stat_activity
  WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
  ORDER BY xact_start LIMIT 3`;

/** Opens a connection that changes the schema of the database at `url`, and uses it while no other one does. */
export async function inMigrationSession<T>(
  url: string,
  options: MigrateOptions,
  use: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  const { report = () => undefined } = options;
  const migrations = options.migrations ?? (await loadMigrations());
  const dataSource = await new DataSource(optionsOf(url, report)).initialize();
  const runner = adapted(dataSource.createQueryRunner(), options.adapt);
  try {
    const session = new MigrationSession(runner, inOrder(migrations), { ...options, report });
    return await session.exclusively(() => use(session));
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

/** Executes what `adapt` makes of each statement. */
function adapted(runner: QueryRunner, adapt: MigrateOptions['adapt']): QueryRunner {
  if (!adapt) return runner;
  const query = runner.query.bind(runner) as (sql: string, ...others: unknown[]) => Promise<unknown>;
  return Object.assign(runner, { query: (sql: string, ...others: unknown[]) => query(adapt(sql), ...others) });
}

/** By the time in their names. */
function inOrder(migrations: readonly MigrationClass[]): readonly MigrationClass[] {
  return migrations.toSorted((one, other) => timeOf(one.name) - timeOf(other.name));
}

/** A change of the schema: a migration, or something else with a name for messages. */
export interface Step {
  readonly name: string;
  readonly instance?: MigrationInterface;
  /** Whether its commit waits for the disk; it does unless this is false. */
  readonly isDurable?: boolean;
}

/** One connection that changes the schema: step by step, each in its own transaction unless it asks for none. */
export class MigrationSession {
  readonly table: MigrationTable;
  readonly checksums: MigrationChecksums;
  private readonly deadline: number;

  constructor(
    readonly runner: QueryRunner,
    readonly migrations: readonly MigrationClass[],
    private readonly options: MigrateOptions & { readonly report: (message: string) => void },
  ) {
    this.deadline = Date.now() + (options.waitMs ?? WAIT_MS);
    const query = (sql: string, parameters?: unknown[]) => runner.query(sql, parameters);
    this.table = new MigrationTable(query);
    this.checksums = new MigrationChecksums(query);
  }

  report(message: string): void {
    this.options.report(message);
  }

  /** Runs `work` while no other process migrates this database. @throws MigrationRefused */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.takeTurn();
    try {
      return await work();
    } finally {
      await this.runner.query(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`).catch(() => undefined);
    }
  }

  /**
   * Runs one step, again and again until it gets its locks. It is rolled back meanwhile, so that others pass. A step without a transaction
   * waits for its locks as long as it takes: it is one that lets everybody else work (`createIndexConcurrently`).
   * @throws MigrationRefused if locks stay taken
   */
  async whenFree(step: Step, work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.options.signal?.throwIfAborted();
      try {
        return await this.attempt(step, work, attempt);
      } catch (error) {
        if (sqlState(error) === REFUSED && (await keepBodiesAsTexts((sql) => this.ask(sql)))) continue;
        if (!LOCKED.has(sqlState(error) ?? '')) throw error;
        await this.waitAfter(step.name, attempt);
      }
    }
  }

  ask<R>(sql: string, parameters: unknown[] = []): Promise<R[]> {
    return this.runner.query(sql, parameters) as Promise<R[]>;
  }

  private async attempt(
    { instance, isDurable = true }: Step,
    work: () => Promise<void>,
    attempt: number,
  ): Promise<void> {
    if (instance?.transaction === false) {
      await this.runner.query('SET lock_timeout = 0');
      return work();
    }
    await this.runner.startTransaction();
    try {
      const longest = this.options.lockTimeoutMs ?? LOCK_TIMEOUT_MS;
      const timeout = `SET lock_timeout = ${Math.min(FIRST_LOCK_TIMEOUT_MS * attempt, longest)}`;
      await this.runner.query(isDurable ? timeout : `${timeout}; ${COMMIT_SOON}`);
      await work();
      await this.runner.commitTransaction();
    } catch (error) {
      await this.runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }

  private async waitAfter(name: string, attempt: number): Promise<void> {
    const others = await this.oldestTransactions();
    if (Date.now() > this.deadline) {
      throw new MigrationRefused(
        `${name} did not get its locks in ${attempt} attempts. ${others} End what holds them, or migrate when it is quiet.`,
      );
    }
    this.report(`${name} waits for a lock (attempt ${attempt}). ${others}`);
    // Longer each time, so that requests that queued behind the migration are served in between.
    await delay(Math.min(200 * 2 ** attempt, 5000) * (0.5 + Math.random() / 2));
  }

  /** Waits until no other process migrates this database. */
  private async takeTurn(): Promise<void> {
    for (let round = 0; ; round++) {
      this.options.signal?.throwIfAborted();
      const [turn] = await this.ask<{ taken: boolean }>(`SELECT pg_try_advisory_lock(${MIGRATION_LOCK}) AS taken`);
      if (turn?.taken) return;
      const [holder] = await this.ask<{ pid: number; since: string }>(HOLDER);
      const other = holder ? `PostgreSQL process ${holder.pid}, since ${holder.since}` : 'which just ended';
      if (Date.now() > this.deadline) {
        throw new MigrationRefused(
          `Another process migrates this database (${other}). Wait for it, then run migrate again.`,
        );
      }
      if (round % 20 === 0) this.report(`waiting: another process migrates this database (${other})`);
      await delay(500);
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
}

/** Opens a connection without a statement time-out, and reports its warnings. */
function optionsOf(url: string, report: (message: string) => void): DataSourceOptions {
  const onConnect = (client: Client) => {
    client.on('error', () => undefined); // the running statement fails too
    client.on('notice', ({ severity, message }) => {
      if (severity === 'WARNING' && message) report(message);
    });
  };
  // In a Citus cluster, only the node that the URL names changes schemas.
  return { ...dataSourceOptions(url, 2), extra: { max: 2, keepAlive: true, onConnect } } as DataSourceOptions;
}
