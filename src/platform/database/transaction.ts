import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Counter } from 'prom-client';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { Connection, type Refusals } from './connection.js';
import { sqlState } from './errors.js';
import type { Row } from './protocol.js';

/** Deadlock and serialization failure: the whole use case may run again (PostgreSQL, appendix A). */
const retryable = new Set(['40P01', '40001']);
const MAX_ATTEMPTS = 5;
const SNAPSHOT_TIMEOUT_MS = 120_000;

const retries = new Counter({
  name: 'till_transaction_retries_total',
  help: 'Transactions run again after a deadlock or a serialization failure, by SQLSTATE.',
  labelNames: ['code'],
});

interface Running {
  readonly connection: Connection;
  readonly runner: QueryRunner;
  readonly beforeCommit: (() => void)[];
}

/** The one door to the database for code that writes. The running transaction follows the asynchronous call chain. */
@Injectable()
export class Transaction {
  private readonly running = new AsyncLocalStorage<Running>();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in a transaction; joins the one that already runs. After a deadlock or a serialization failure
   * `work` runs again from its start (at most 5 times), so it must have no effect outside the database.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running.getStore()) return work();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(work);
      } catch (error) {
        const code = sqlState(error);
        if (!code || !retryable.has(code) || attempt === MAX_ATTEMPTS) throw error;
        retries.inc({ code });
        await delay(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /** Rows of one statement: in the running transaction, or by itself when there is none. */
  query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    const running = this.running.getStore();
    if (running) return running.connection.query<R>(sql, parameters);
    return this.alone((connection) => connection.query<R>(sql, parameters));
  }

  /**
   * Like `query`, but planned for its parameters and not kept: for statements whose text depends on what a request asks
   * for. Every text that is kept costs memory in each connection.
   */
  queryOnce<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    return this.run(() => {
      this.write('SET LOCAL plan_cache_mode = force_custom_plan');
      return this.current().connection.queryOnce<R>(sql, parameters);
    });
  }

  /**
   * Adds a statement to the running transaction without waiting for its answer: it shares the round trip of the next
   * `query`, or of COMMIT. Should it fail, the transaction fails with its error; `refusals` names the
   * domain error that stands for the violation of a constraint.
   */
  write(sql: string, parameters: readonly unknown[] = [], refusals: Refusals = {}): void {
    this.current().connection.send(sql, parameters, refusals);
  }

  /**
   * Reads one frozen state of the whole database (REPEATABLE READ), however long it takes, up to `SNAPSHOT_TIMEOUT_MS`
   * for each statement.
   */
  snapshot<T>(work: () => Promise<T>): Promise<T> {
    return this.run(async () => {
      this.write('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      this.write(`SET LOCAL statement_timeout = ${SNAPSHOT_TIMEOUT_MS}`);
      this.current().connection.timeoutMs = SNAPSHOT_TIMEOUT_MS;
      return work();
    });
  }

  /** Calls `flush` once, just before the running transaction commits; it may `write`. */
  beforeCommit(flush: () => void): void {
    this.current().beforeCommit.push(flush);
  }

  /** TypeORM's manager of the running transaction, once all that was sent is done; of the pool when there is none. */
  async manager(): Promise<EntityManager> {
    const running = this.running.getStore();
    if (!running) return this.dataSource.manager;
    await running.connection.flushed();
    return running.runner.manager;
  }

  /** A key that stands for the running transaction, for state that lives as long as it does. */
  get key(): object {
    return this.current();
  }

  get isRunning(): boolean {
    return this.running.getStore() !== undefined;
  }

  private async alone<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(new Connection(runner));
    } finally {
      await runner.release();
    }
  }

  private current(): Running {
    const running = this.running.getStore();
    if (!running) throw new Error('This writes, so it must be called inside Transaction.run.');
    return running;
  }

  private async once<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const connection = new Connection(runner);
    const running: Running = { connection, runner, beforeCommit: [] };
    // TypeORM must not open a transaction of its own inside this one.
    Object.assign(runner, { isTransactionActive: true });
    try {
      connection.send('BEGIN');
      const result = await this.running.run(running, work);
      for (const flush of running.beforeCommit) this.running.run(running, flush);
      connection.send('COMMIT');
      await connection.settled();
      return result;
    } catch (error) {
      await connection.rollback();
      throw error;
    } finally {
      Object.assign(runner, { isTransactionActive: false });
      await runner.release();
    }
  }
}
