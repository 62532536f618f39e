import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { DomainError } from '../../shared/errors.js';
import { isInCluster, schemaIn } from '../config/index.js';
import { isChangingNode, MovePause } from './citus/move-pause.js';
import { forgetNode } from './citus/node-client.js';
import { sqlState } from './errors.js';
import { JoinedQueryRunner } from './joined-query-runner.js';
import { LockQueue } from './lock-queue.js';
import { afterCollisions, isLocked, LOCKED } from './retries.js';
import type { TransactionContext, UseCase } from './transaction-context.js';
import { renewAll } from './wire/connection-renewal.js';
import { PipelinedConnection } from './wire/pipelined-connection.js';

/** How long one that has waited in the queue may wait for the lock: with all that came before, less than the 5 s of a client. */
const QUEUED_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1500ms'";
/** While others wait in the queue, the first try gives up sooner: so many come that they would use up the pool. */
const CROWDED_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '50ms'";

interface Way {
  /** Whether several use cases share the connection, so that statements wait for those of the others. */
  readonly coalesce?: boolean;
  /** The statement that says how long to wait for locks; the session's own limit when absent. */
  readonly lockTimeout?: string | undefined;
  /** Where the connection comes from; the pool of the primary when absent. */
  readonly pool?: Pool;
}

/** Begins, commits and repeats transactions. */
export class TransactionRunner {
  private readonly lockQueue: LockQueue;
  /** Of a further shop in a cluster; the default one stays where it is. */
  private readonly movePause: MovePause | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly running: AsyncLocalStorage<TransactionContext>,
  ) {
    const { max = 10 } = dataSource.options.extra as { readonly max?: number };
    this.lockQueue = new LockQueue(max);
    const { url } = dataSource.options as { readonly url?: string };
    if (url !== undefined && schemaIn(url) !== undefined && isInCluster(url)) {
      this.movePause = new MovePause(
        () => isChangingNode(dataSource),
        () => this.followMove(),
      );
    }
  }

  /**
   * Runs a use case in a transaction of its own. It runs again from its start after a deadlock or a serialization failure, and,
   * in the queue of those who wait for locks, after it has waited for one.
   */
  run<T>(useCase: UseCase<T>): Promise<T> {
    return this.queuedWhenLocked(
      () => afterCollisions(() => this.runOnce(useCase, this.lockQueue.isBusy ? CROWDED_LOCK_TIMEOUT : undefined)),
      () => afterCollisions(() => this.runOnce(useCase, QUEUED_LOCK_TIMEOUT)),
    );
  }

  /** Runs one statement that is a transaction by itself; after it has waited for a lock it goes to the queue as well. */
  runStatement<T>(statement: (connection: PipelinedConnection) => Promise<T>): Promise<T> {
    return this.queuedWhenLocked(
      () => afterCollisions(() => this.withoutTransaction(statement)),
      () => afterCollisions(() => this.runOnce(({ connection }) => statement(connection), QUEUED_LOCK_TIMEOUT)),
    );
  }

  /** Begins a transaction, runs `work` in it, and commits; rolls back when anything fails. */
  async inTransaction<T>({ coalesce = false, lockTimeout, pool }: Way, work: UseCase<T>): Promise<T> {
    const runner = new JoinedQueryRunner(this.dataSource, pool);
    const connection = new PipelinedConnection(runner, coalesce);
    runner.flush = () => connection.succeeded();
    const afterwards: (() => void)[] = [];
    try {
      connection.send('BEGIN', [], {}, 0);
      if (lockTimeout) connection.send(lockTimeout, [], {}, 0);
      const result = await work({
        connection,
        typeOrm: runner.manager,
        collections: new Map(),
        afterwards,
        wrote: false,
      });
      connection.send('COMMIT');
      await connection.completed();
      return result;
    } catch (error) {
      await connection.rollback(error);
      // What the use case makes of an error says more than the error; what failed first, more than what failed for it.
      throw error instanceof DomainError ? error : (connection.failure ?? error);
    } finally {
      for (const effect of afterwards) effect();
      await runner.release();
    }
  }

  /** Writes what the use case has collected; call it last. */
  flush(context: TransactionContext): void {
    this.running.run(context, () => {
      for (const { flush } of context.collections.values()) flush();
    });
  }

  private async queuedWhenLocked<T>(first: () => Promise<T>, queued: () => Promise<T>): Promise<T> {
    if (this.movePause?.known) await this.movePause.known;
    try {
      return await this.afterMove(first);
    } catch (error) {
      if (!isLocked(error)) throw error;
      return this.lockQueue.take(queued);
    }
  }

  /** Lets the next connections go to the node that the schema has come to. */
  private followMove(): void {
    forgetNode((this.dataSource.options.extra as { readonly Client?: object } | undefined)?.Client);
    renewAll(this.dataSource, 'moved');
  }

  /** Runs it once more when it waited because the schema was changing its node. */
  private async afterMove<T>(first: () => Promise<T>): Promise<T> {
    try {
      return await first();
    } catch (error) {
      if (sqlState(error) !== LOCKED || !(await this.movePause?.met())) throw error;
      return first();
    }
  }

  private runOnce<T>(useCase: UseCase<T>, lockTimeout: string | undefined): Promise<T> {
    return this.inTransaction({ lockTimeout }, async (context) => {
      const result = await useCase(context);
      this.flush(context);
      return result;
    });
  }

  private async withoutTransaction<T>(statement: (connection: PipelinedConnection) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await statement(new PipelinedConnection(runner));
    } finally {
      await runner.release();
    }
  }
}
