import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { DataSource, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm';
import type { BatchQuery } from './batch-query.js';
import type { BatchStatement } from './columns.js';
import { GroupedTransaction } from './grouping/grouped-transaction.js';
import { claimRows } from './grouping/row-claims.js';
import { SharedStatements } from './grouping/shared-statements.js';
import type { TransactionContext } from './transaction-context.js';
import { TransactionRunner } from './transaction-runner.js';
import { type ConstraintErrors, LAST, type PipelinedConnection } from './wire/pipelined-connection.js';
import { transposed } from './wire/waiting-statements.js';
import type { Row } from './wire/protocol.js';

const SNAPSHOT_TIMEOUT_MS = 120_000;

/** How transactions run in this process. */
export interface TransactionOptions {
  /** The names of all that is locked, in the one order in which a transaction locks it. */
  readonly lockOrder: readonly string[];
  /** Whether use cases that come at once may share a transaction (DATABASE_GROUP_COMMIT). */
  readonly groupCommit: boolean;
}
export const TRANSACTION_OPTIONS = Symbol('transaction options');

export interface RunOptions {
  /**
   * The kind of a short use case that reads with `queryBatch` and writes with `writeBatch`. Use cases of one kind that come at the
   * same moment may share a transaction: statements of one text run as one, and all wait for the disk once.
   */
  readonly group?: string;
}

/** State of one transaction that is written as a whole, just before the commit. */
export interface Collector<T> {
  readonly begin: () => T;
  /** May `write`. */
  readonly flush: (collected: T) => void;
}

/** The one door to the database for code that writes. The running transaction follows the asynchronous call chain. */
@Injectable()
export class Transaction {
  private readonly running = new AsyncLocalStorage<TransactionContext>();
  private readonly runner: TransactionRunner;
  private readonly grouped: GroupedTransaction;
  private readonly shared: SharedStatements;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(TRANSACTION_OPTIONS) private readonly options: TransactionOptions,
  ) {
    this.runner = new TransactionRunner(dataSource, this.running);
    this.grouped = new GroupedTransaction(this.runner);
    this.shared = new SharedStatements((sql, rows) => this.query(sql, transposed(rows)));
  }

  /**
   * Runs `work` in a transaction; joins the one that already runs. `work` may run several times (after a deadlock, a wait for a lock, or
   * with another one of its group that failed), so it must have no effect outside the database and change nothing that it captured.
   */
  async run<T>(work: () => Promise<T>, { group }: RunOptions = {}): Promise<T> {
    if (this.isRunning) return work();
    if (group === undefined || !this.options.groupCommit)
      return this.runner.run((context) => this.running.run(context, work));
    const here = new AsyncResource('till.Transaction');
    return this.grouped.run((context) => here.runInAsyncScope(() => this.running.run(context, work)), group);
  }

  /** Returns the rows of one statement: in the running transaction, or by itself when there is none. */
  query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    if (!this.isRunning) return this.runner.runStatement((connection) => connection.query<R>(sql, parameters));
    return this.writing().query<R>(sql, parameters);
  }

  /**
   * Returns the rows of these keys, the first column of `rows`. Calls with one statement that are made at the same moment share it,
   * in a use case, in a group, and outside of transactions; each gets its own rows only. No keys have no rows: nothing is asked.
   */
  async queryBatch<R extends Row>(query: BatchQuery, rows: readonly (readonly unknown[])[]): Promise<R[]> {
    if (rows.length === 0) return [];
    const keys = new Set(rows.map(([first]) => first));
    const found = await this.askBatch(query, rows, keys);
    return found.filter((row) => keys.has(row[query.key])) as R[];
  }

  /**
   * Adds a statement to the running transaction without waiting for its result: it shares the round trip of the next
   * `query`, or of COMMIT. If it fails, the transaction fails with its error; `constraintErrors` names the
   * domain error that stands for the violation of a constraint.
   */
  write(sql: string, parameters: readonly unknown[] = [], constraintErrors: ConstraintErrors = {}): void {
    this.writing().send(sql, parameters, constraintErrors);
  }

  /**
   * Like `write`, with a statement for any number of rows, which it takes as objects: see `insertMany` and `updateMany`. Calls with one
   * statement before the next `query` share it.
   */
  writeBatch<T>({ sql, rowOf }: BatchStatement<T>, rows: readonly T[], constraintErrors?: ConstraintErrors): void {
    if (rows.length > 0) this.writing().sendBatch(sql, rows.map(rowOf), constraintErrors);
  }

  /**
   * Returns TypeORM's repository of an entity, in the running transaction, where its statements run in turn with those of `write`
   * and `query`; without a running transaction, one that reads by the pool. Take it anew in each method and keep it nowhere.
   */
  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    if (!this.isRunning) return this.dataSource.getRepository(entity);
    const context = this.current();
    context.wrote = true;
    return context.typeOrm.getRepository(entity);
  }

  /**
   * Reads one frozen state of the whole database (REPEATABLE READ), however long it takes, up to `timeoutMs` for each
   * statement. With `writes` it may add rows that say what it saw.
   */
  snapshot<T>(work: () => Promise<T>, { timeoutMs = SNAPSHOT_TIMEOUT_MS, writes = false } = {}): Promise<T> {
    return this.run(async () => {
      this.write(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ ${writes ? 'READ WRITE' : 'READ ONLY'}`);
      this.write(`SET LOCAL statement_timeout = ${timeoutMs}`);
      const { connection } = this.current();
      connection.timeoutMs = timeoutMs;
      connection.planner = 'unrestricted';
      return work();
    });
  }

  /** Reads in a transaction on another server, a standby, once; `ReplicaReads` says when that is allowed. */
  readOn<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
    return this.runner.inTransaction({ pool }, (context) => this.running.run(context, work));
  }

  /** Returns what `collector` has collected in the running transaction; it is flushed once, just before the commit. */
  collected<T>(collector: Collector<T>): T {
    const { collections } = this.current();
    const known = collections.get(collector);
    if (known) return known.value as T;
    const value = collector.begin();
    collections.set(collector, { value, flush: () => collector.flush(value) });
    return value;
  }

  /**
   * Calls `effect` when the running transaction has ended, before its result is known to who ran it; also when it failed, since a commit
   * whose connection broke may have happened. For what the process keeps in memory of the rows; `effect` must not throw.
   */
  afterwards(effect: () => void): void {
    this.current().afterwards.push(effect);
  }

  get isRunning(): boolean {
    return this.running.getStore() !== undefined;
  }

  private askBatch({ sql, locks, sharesLocks }: BatchQuery, rows: readonly (readonly unknown[])[], keys: Set<unknown>) {
    if (!locks && !this.isRunning) return this.askAlone(sql, rows);
    const context = this.current();
    if (locks && !sharesLocks && context.claims) claimRows(context.claims, context, locks, keys);
    return context.connection.queryBatch(sql, rows, locks ? this.rankOf(locks) : LAST);
  }

  private askAlone(sql: string, rows: readonly (readonly unknown[])[]): Promise<Row[]> {
    return this.options.groupCommit ? this.shared.query(sql, rows) : this.query(sql, transposed(rows));
  }

  private rankOf(locks: string): number {
    const place = this.options.lockOrder.indexOf(locks);
    if (place === -1)
      throw new Error(`A statement locks '${locks}', which has no place in the lock order of the process.`);
    return place + 1;
  }

  private current(): TransactionContext {
    const running = this.running.getStore();
    if (!running) throw new Error('This needs a transaction, so it must be called inside Transaction.run.');
    return running;
  }

  private writing(): PipelinedConnection {
    const context = this.current();
    context.wrote = true;
    return context.connection;
  }
}
