import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Counter } from 'prom-client';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { DomainError } from '../../shared/errors.js';
import { Connection, LAST, type Refusals } from './connection.js';
import { planning } from './data-source.js';
import { DatabaseUnavailable, sqlState } from './errors.js';
import { GroupCommit } from './group-commit.js';
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

/** The one order in which rows are locked (design, section 3), whoever locks them. */
const lockOrder = ['order', 'payment', 'attempt', 'stock'] as const;
type Lockable = (typeof lockOrder)[number];
/** What is changed by adding to it; use cases of one group may do so to the same row. */
const addedTo: ReadonlySet<Lockable> = new Set(['stock']);

/**
 * A statement for any number of rows that several use cases may ask for together. Its parameters are arrays, one for each
 * column; `key` is the column of the answer that holds what the first parameter holds. `locks` says what rows it locks, in
 * the order of their keys.
 */
export interface ByKey {
  readonly sql: string;
  readonly key: string;
  readonly locks?: Lockable;
}

interface Running {
  readonly connection: Connection;
  readonly runner: QueryRunner;
  readonly beforeCommit: (() => void)[];
  /** Of a group: which of its members holds each row. */
  readonly claims?: Map<string, Running>;
  /** Whether it may have written. */
  wrote: boolean;
}

/** A use case, run with what its transaction gives it. */
type Member<T> = (running: Running) => Promise<T>;

/** A member wants a row that another one of its group holds, so it runs again by itself. */
class RowTaken extends Error {}

/** A group waits no longer for a row that somebody else holds; then each of its members runs by itself and waits alone. */
const GROUP_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '100ms'";
/** Groups that commit at the same time. */
const LANES = 2;
/** How long a use case waits for company at most, in milliseconds. */
const PATIENCE_MS = 4;

/** The one door to the database for code that writes. The running transaction follows the asynchronous call chain. */
@Injectable()
export class Transaction {
  private readonly running = new AsyncLocalStorage<Running>();
  private readonly group = new GroupCommit<Member<unknown>, unknown>(
    (members) => this.together(members),
    LANES,
    PATIENCE_MS,
  );

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs `work` in a transaction; joins the one that already runs. After a deadlock or a serialization failure
   * `work` runs again from its start (at most 5 times), so it must have no effect outside the database.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running.getStore()) return work();
    return this.insist((running) => this.running.run(running, work));
  }

  /**
   * Like `run`, but may share one transaction with other use cases that wait for their turn just now: they send what they
   * have in common in one go and wait for the disk once. Should one of them fail after it wrote, or want a row that another
   * one holds, nothing of the group is committed and each runs again by itself. For short `work` that reads with
   * `each` and writes with `writeEach`.
   */
  runInGroup<T>(work: () => Promise<T>): Promise<T> {
    if (this.running.getStore()) return work();
    const member: Member<T> = AsyncResource.bind((running) => this.running.run(running, work));
    return this.group.join(member) as Promise<T>;
  }

  private async insist<T>(work: Member<T>): Promise<T> {
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

  /** Rows by key, whose statement goes with those that others of the group ask for the same. The first column is the key. */
  async each<R extends Row>({ sql, key, locks }: ByKey, rows: readonly (readonly unknown[])[]): Promise<R[]> {
    const running = this.current();
    const keys = new Set(rows.map(([first]) => first));
    if (locks && !addedTo.has(locks)) for (const one of keys) this.claim(running, `${locks} ${String(one)}`);
    const answer = await running.connection.each(sql, rows, locks ? lockOrder.indexOf(locks) + 1 : LAST);
    return (running.claims ? answer.filter((row) => keys.has(row[key])) : answer) as R[];
  }

  /**
   * Like `write`, of a statement for any number of rows, whose parameters are arrays, one for each column. The first column
   * says which row is written.
   */
  writeEach(sql: string, rows: readonly (readonly unknown[])[], refusals: Refusals = {}): void {
    if (rows.length > 0) this.writing().sendEach(sql, rows, refusals);
  }

  /** Rows of one statement: in the running transaction, or by itself when there is none. */
  query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    if (!this.isRunning) return this.alone((connection) => connection.query<R>(sql, parameters));
    return this.writing().query<R>(sql, parameters);
  }

  /**
   * Like `query`, but planned for its parameters and not kept: for statements whose text depends on what a request asks
   * for. Every text that is kept costs memory in each connection.
   */
  queryOnce<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    return this.run(() => {
      this.write(planning('freely'));
      return this.current().connection.queryOnce<R>(sql, parameters);
    });
  }

  /**
   * Adds a statement to the running transaction without waiting for its answer: it shares the round trip of the next
   * `query`, or of COMMIT. Should it fail, the transaction fails with its error; `refusals` names the
   * domain error that stands for the violation of a constraint.
   */
  write(sql: string, parameters: readonly unknown[] = [], refusals: Refusals = {}): void {
    this.writing().send(sql, parameters, refusals);
  }

  /**
   * Reads one frozen state of the whole database (REPEATABLE READ), however long it takes, up to `SNAPSHOT_TIMEOUT_MS`
   * for each statement.
   */
  snapshot<T>(work: () => Promise<T>): Promise<T> {
    return this.run(async () => {
      this.write('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      this.write(planning('freely'));
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
    await this.writing().flushed();
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

  private writing(): Connection {
    const running = this.current();
    running.wrote = true;
    return running.connection;
  }

  private claim(running: Running, row: string): void {
    if (!running.claims) return;
    const holder = running.claims.get(row);
    if (holder && holder !== running) throw new RowTaken(row);
    running.claims.set(row, running);
  }

  private once<T>(work: Member<T>): Promise<T> {
    return this.committed(false, async (runner, connection) => {
      const running: Running = { connection, runner, beforeCommit: [], wrote: false };
      const result = await work(running);
      this.flush(running);
      return result;
    });
  }

  /** Runs members of a group in one transaction, and those by themselves that it could not serve. */
  private async together(members: readonly Member<unknown>[]): Promise<Promise<unknown>[]> {
    if (members.length === 1) return members.map((member) => this.insist(member));
    const results = await this.shared(members).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) throw error;
      return members.map(() => undefined);
    });
    return members.map((member, index) => settled(results[index]) ?? this.insist(member));
  }

  /** What came of each member; `undefined` for one that must run again. @throws what kept all of them from committing */
  private shared(members: readonly Member<unknown>[]): Promise<(PromiseSettledResult<unknown> | undefined)[]> {
    return this.committed(true, async (runner, connection) => {
      connection.send(GROUP_LOCK_TIMEOUT, [], {}, 0);
      const claims = new Map<string, Running>();
      const all = members.map((): Running => ({ connection, runner, beforeCommit: [], claims, wrote: false }));
      const results = await Promise.allSettled(members.map((member, index) => member(all[index]!)));
      return results.map((result, index) => {
        if (result.status === 'fulfilled') this.flush(all[index]!);
        else if (all[index]!.wrote || !leavesOthersAlone(result.reason)) throw result.reason;
        return result.status === 'rejected' && result.reason instanceof RowTaken ? undefined : result;
      });
    });
  }

  private flush(running: Running): void {
    for (const flush of running.beforeCommit) this.running.run(running, flush);
  }

  private async committed<T>(
    shared: boolean,
    work: (runner: QueryRunner, connection: Connection) => Promise<T>,
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const connection = new Connection(runner, shared);
    // TypeORM must not open a transaction of its own inside this one.
    Object.assign(runner, { isTransactionActive: true });
    try {
      connection.send('BEGIN', [], {}, 0);
      const result = await work(runner, connection);
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

/** A refusal by a rule, or for a row that is taken, says nothing about the others of the group. */
function leavesOthersAlone(error: unknown): boolean {
  return error instanceof RowTaken || (error instanceof DomainError && !(error instanceof DatabaseUnavailable));
}

function settled(result: PromiseSettledResult<unknown> | undefined): Promise<unknown> | undefined {
  if (!result) return undefined;
  return result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason as Error);
}
