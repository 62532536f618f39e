import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, type EntityTarget, type ObjectLiteral, type Repository } from 'typeorm';
import type { BatchStatement } from './columns.js';
import { type PipelinedConnection, LAST, type ConstraintErrors } from './connection.js';
import type { Row } from './protocol.js';
import { type BatchQuery, claim, lockOrder, type TransactionContext } from './running.js';
import { PLAN_FREELY } from './session.js';
import { TransactionRunner } from './transaction-runner.js';

const SNAPSHOT_TIMEOUT_MS = 120_000;

/** The one door to the database for code that writes. The running transaction follows the asynchronous call chain. */
@Injectable()
export class Transaction {
  private readonly running = new AsyncLocalStorage<TransactionContext>();
  private readonly runner: TransactionRunner;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    this.runner = new TransactionRunner(dataSource, this.running);
  }

  /**
   * Runs `work` in a transaction; joins the one that already runs. After a deadlock or a serialization failure
   * `work` runs again from its start (at most 5 times), so it must have no effect outside the database.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running.getStore()) return work();
    return this.runner.alone((running) => this.running.run(running, work));
  }

  /**
   * Like `run`, but may share one transaction with other use cases of its kind that wait for their turn just now: they send
   * what they have in common in one go and wait for the disk once. One that wants a row which another one changes runs again by itself;
   * should one fail after it wrote, nothing of the group is committed and each runs again by itself. For short `work`
   * that reads with `queryBatch` and writes with `writeBatch`.
   */
  runInGroup<T>(work: () => Promise<T>, kind = ''): Promise<T> {
    if (this.running.getStore()) return work();
    const here = new AsyncResource('till.Transaction');
    return this.runner.inGroup((running) => here.runInAsyncScope(() => this.running.run(running, work)), kind);
  }

  /**
   * Returns the rows of these keys. Calls with one statement that are made at the same time share it, whether they are of a group or of
   * one use case; each gets its own rows only. The first column is the key.
   */
  async queryBatch<R extends Row>(
    { sql, key, locks }: BatchQuery,
    rows: readonly (readonly unknown[])[],
  ): Promise<R[]> {
    const running = this.current();
    const keys = new Set(rows.map(([first]) => first));
    if (locks) for (const one of keys) claim(running, locks, one);
    const answer = await running.connection.queryBatch(sql, rows, locks ? lockOrder.indexOf(locks) + 1 : LAST);
    return answer.filter((row) => keys.has(row[key])) as R[];
  }

  /** Like `write`, of a statement for any number of rows, which it takes as objects (`insertMany`, `updateMany`). */
  writeBatch<T>(statement: BatchStatement<T>, rows: readonly T[], refusals?: ConstraintErrors): void;
  /** The same with a text whose parameters are arrays, one for each column; the first column says which row is written. */
  writeBatch(sql: string, rows: readonly (readonly unknown[])[], refusals?: ConstraintErrors): void;
  writeBatch<T>(statement: string | BatchStatement<T>, rows: readonly T[], refusals: ConstraintErrors = {}): void {
    if (rows.length === 0) return;
    if (typeof statement === 'string') this.writing().sendBatch(statement, rows as readonly unknown[][], refusals);
    else this.writing().sendBatch(statement.sql, rows.map(statement.rowOf), refusals);
  }

  /** Rows of one statement: in the running transaction, or by itself when there is none. */
  query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    if (!this.isRunning) return this.runner.statement((connection) => connection.query<R>(sql, parameters));
    return this.writing().query<R>(sql, parameters);
  }

  /**
   * Like `query`, but planned for its parameters and not kept: for statements whose text depends on what a request asks
   * for. Every text that is kept costs memory in each connection.
   */
  queryOnce<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    return this.run(() => {
      this.write(PLAN_FREELY);
      return this.current().connection.queryOnce<R>(sql, parameters);
    });
  }

  /**
   * Adds a statement to the running transaction without waiting for its answer: it shares the round trip of the next
   * `query`, or of COMMIT. Should it fail, the transaction fails with its error; `refusals` names the
   * domain error that stands for the violation of a constraint.
   */
  write(sql: string, parameters: readonly unknown[] = [], refusals: ConstraintErrors = {}): void {
    this.writing().send(sql, parameters, refusals);
  }

  /**
   * Reads one frozen state of the whole database (REPEATABLE READ), however long it takes, up to `timeoutMs` for each
   * statement. With `writes` it may add rows that say what it saw.
   */
  snapshot<T>(work: () => Promise<T>, { timeoutMs = SNAPSHOT_TIMEOUT_MS, writes = false } = {}): Promise<T> {
    return this.run(async () => {
      this.write(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ ${writes ? 'READ WRITE' : 'READ ONLY'}`);
      this.write(PLAN_FREELY);
      this.write(`SET LOCAL statement_timeout = ${timeoutMs}`);
      this.current().connection.timeoutMs = timeoutMs;
      return work();
    });
  }

  /** Calls `flush` once, just before the running transaction commits; it may `write`. */
  beforeCommit(flush: () => void): void {
    this.current().beforeCommit.push(flush);
  }

  /**
   * TypeORM's repository of an entity, in the running transaction, in which its statements run in turn with those of `write`
   * and `query`; without a running transaction, one that reads by the pool. Take it anew in each method and keep it nowhere.
   */
  repository<E extends ObjectLiteral>(entity: EntityTarget<E>): Repository<E> {
    const manager = this.isRunning ? this.typeOrm() : this.dataSource.manager;
    return manager.getRepository(entity);
  }

  /** TypeORM's manager of the running transaction, once all that was sent is done; of the pool when there is none. */
  async manager(): Promise<EntityManager> {
    if (!this.isRunning) return this.dataSource.manager;
    await this.writing().flushed();
    return this.typeOrm();
  }

  /** A key that stands for the running transaction, for state that lives as long as it does. */
  get key(): object {
    return this.current();
  }

  get isRunning(): boolean {
    return this.running.getStore() !== undefined;
  }

  private current(): TransactionContext {
    const running = this.running.getStore();
    if (!running) throw new Error('This writes, so it must be called inside Transaction.run.');
    return running;
  }

  private typeOrm(): EntityManager {
    const running = this.current();
    running.wrote = true;
    return running.runner.manager;
  }

  private writing(): PipelinedConnection {
    const running = this.current();
    running.wrote = true;
    return running.connection;
  }
}
