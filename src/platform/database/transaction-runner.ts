import type { AsyncLocalStorage } from 'node:async_hooks';
import { Counter } from 'prom-client';
import type { DataSource, QueryRunner } from 'typeorm';
import { DomainError } from '../../shared/errors.js';
import { PipelinedConnection } from './connection.js';
import { DatabaseUnavailable } from './errors.js';
import { GroupCommit } from './group-commit.js';
import { JoinedQueryRunner } from './joined-query-runner.js';
import { LockQueue } from './lock-queue.js';
import { afterCollisions, isLocked } from './retries.js';
import { type UseCase, RowClaimed, type TransactionContext } from './running.js';

/** How long one that has waited in the queue may wait for the lock: with all that came before, less than the 5 s of a client. */
const QUEUED_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1500ms'";
/** While others wait in the queue, the first try gives up sooner: so many come that they would use up the pool. */
const CROWDED_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '50ms'";

const groups = new Counter({
  name: 'till_transaction_groups_total',
  help: 'Groups of use cases that came at once, by whether they could share a transaction (together) or not (apart).',
  labelNames: ['outcome'],
});

/** A group waits no longer for a row that somebody else holds; then each of its members runs by itself and waits alone. */
const GROUP_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '100ms'";
/** How long a use case waits for company at most, in milliseconds. */
const PATIENCE_MS = 4;

/** Begins and commits: one use case in a transaction of its own, or several that come at once in one. */
export class TransactionRunner {
  private readonly locked: LockQueue;
  private readonly group = new GroupCommit<UseCase<unknown>, unknown>((members) => this.together(members), PATIENCE_MS);

  constructor(
    private readonly dataSource: DataSource,
    private readonly running: AsyncLocalStorage<TransactionContext>,
  ) {
    const { max = 10 } = dataSource.options.extra as { readonly max?: number };
    this.locked = new LockQueue(max);
  }

  /** Runs it with those of its kind that come at the same time. */
  inGroup<T>(member: UseCase<T>, kind: string): Promise<T> {
    return this.group.join(member, kind) as Promise<T>;
  }

  /**
   * Runs it by itself, again from its start after a deadlock or a serialization failure, and once more, in the queue of those who
   * wait for locks, after it has waited for one.
   */
  async alone<T>(work: UseCase<T>): Promise<T> {
    return this.queuedWhenLocked(
      () => afterCollisions(() => this.single(work)),
      () => afterCollisions(() => this.single(work, QUEUED_LOCK_TIMEOUT)),
    );
  }

  /** One statement that is a transaction by itself; after it has waited for a lock it goes to the queue as well. */
  statement<T>(work: (connection: PipelinedConnection) => Promise<T>): Promise<T> {
    return this.queuedWhenLocked(
      () => afterCollisions(() => this.unbegun(work)),
      () => afterCollisions(() => this.single(({ connection }) => work(connection), QUEUED_LOCK_TIMEOUT)),
    );
  }

  private async queuedWhenLocked<T>(first: () => Promise<T>, queued: () => Promise<T>): Promise<T> {
    try {
      return await first();
    } catch (error) {
      if (!isLocked(error)) throw error;
      return this.locked.take(queued);
    }
  }

  private async unbegun<T>(work: (connection: PipelinedConnection) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(new PipelinedConnection(runner));
    } finally {
      await runner.release();
    }
  }

  private single<T>(work: UseCase<T>, lockTimeout = this.locked.isBusy ? CROWDED_LOCK_TIMEOUT : undefined): Promise<T> {
    return this.committed(false, async (runner, connection) => {
      if (lockTimeout) connection.send(lockTimeout);
      const running: TransactionContext = { connection, runner, beforeCommit: [], wrote: false };
      const result = await work(running);
      this.flush(running);
      return result;
    });
  }

  /** Runs members of a group in one transaction, and those by themselves that it could not serve. */
  private async together(members: readonly UseCase<unknown>[]): Promise<Promise<unknown>[]> {
    if (members.length === 1) return members.map((member) => this.alone(member));
    const results = await this.shared(members).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) throw error;
      return undefined; // whose error it is, they find out by themselves
    });
    groups.inc({ outcome: results ? 'together' : 'apart' });
    return members.map((member, index) => settled(results?.[index]) ?? this.alone(member));
  }

  /** What came of each member; `undefined` for one that must run again. @throws what kept all of them from committing */
  private shared(members: readonly UseCase<unknown>[]): Promise<(PromiseSettledResult<unknown> | undefined)[]> {
    return this.committed(true, async (runner, connection) => {
      connection.send(GROUP_LOCK_TIMEOUT, [], {}, 0);
      const claims = new Map<string, TransactionContext>();
      const all = members.map((): TransactionContext => ({
        connection,
        runner,
        claims,
        beforeCommit: [],
        wrote: false,
      }));
      const results = await Promise.allSettled(members.map((member, index) => member(all[index]!)));
      return results.map((result, index) => {
        const { wrote } = all[index]!;
        if (result.status === 'fulfilled') this.flush(all[index]!);
        else if (wrote || !leavesOthersAlone(result.reason)) throw result.reason;
        else if (result.reason instanceof RowClaimed) return undefined;
        return result;
      });
    });
  }

  private flush(running: TransactionContext): void {
    for (const flush of running.beforeCommit) this.running.run(running, flush);
  }

  private async committed<T>(
    shared: boolean,
    work: (runner: QueryRunner, connection: PipelinedConnection) => Promise<T>,
  ): Promise<T> {
    const runner = new JoinedQueryRunner(this.dataSource);
    const connection = new PipelinedConnection(runner, shared);
    runner.flush = () => connection.succeeded();
    try {
      connection.send('BEGIN', [], {}, 0);
      const result = await work(runner, connection);
      connection.send('COMMIT');
      await connection.settled();
      return result;
    } catch (error) {
      await connection.rollback(error);
      // What the use case makes of an error says more than the error; what failed first, more than what failed for it.
      throw error instanceof DomainError ? error : (connection.failure ?? error);
    } finally {
      await runner.release();
    }
  }
}

/** A refusal by a rule, or for a row that is taken, says nothing about the others of the group. */
function leavesOthersAlone(error: unknown): boolean {
  return error instanceof RowClaimed || (error instanceof DomainError && !(error instanceof DatabaseUnavailable));
}

function settled(result: PromiseSettledResult<unknown> | undefined): Promise<unknown> | undefined {
  if (!result) return undefined;
  return result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason as Error);
}
