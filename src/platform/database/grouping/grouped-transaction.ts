import { Counter } from 'prom-client';
import { DomainError } from '../../../shared/errors.js';
import { DatabaseUnavailable } from '../errors.js';
import type { TransactionContext, UseCase } from '../transaction-context.js';
import type { TransactionRunner } from '../transaction-runner.js';
import { GroupCommit } from './group-commit.js';
import { RowClaimed, type RowClaims } from './row-claims.js';

const groups = new Counter({
  name: 'till_transaction_groups_total',
  help: 'Groups of use cases that came at once, by whether they could share a transaction (together) or not (apart).',
  labelNames: ['outcome'],
});

/** A group waits no longer for a row that somebody else holds; then each of its use cases runs and waits by itself. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '100ms'";
/** How long a use case waits for others at most, in milliseconds. */
const PATIENCE_MS = 4;

/** What a use case of a group came to; `undefined` when it must run again by itself. */
type Result = PromiseSettledResult<unknown> | undefined;

/** Runs use cases of one kind that come at once in one transaction. */
export class GroupedTransaction {
  private readonly groups = new GroupCommit<UseCase<unknown>, unknown>(
    (useCases) => this.runGroup(useCases),
    PATIENCE_MS,
  );

  constructor(private readonly runner: TransactionRunner) {}

  /** Runs it with those of its kind that come at the same time, or by itself. */
  run<T>(useCase: UseCase<T>, kind: string): Promise<T> {
    return this.groups.join(useCase, kind) as Promise<T>;
  }

  private async runGroup(useCases: readonly UseCase<unknown>[]): Promise<Promise<unknown>[]> {
    if (useCases.length === 1) return useCases.map((useCase) => this.runner.run(useCase));
    const results = await this.runInOneTransaction(useCases).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) throw error;
      return undefined; // each finds out by itself whose error it was
    });
    groups.inc({ outcome: results ? 'together' : 'apart' });
    return useCases.map((useCase, index) => promiseOf(results?.[index]) ?? this.runner.run(useCase));
  }

  /** Throws what kept all of them from committing. */
  private runInOneTransaction(useCases: readonly UseCase<unknown>[]): Promise<Result[]> {
    return this.runner.inTransaction({ coalesce: true, lockTimeout: LOCK_TIMEOUT }, async (context) => {
      const claims: RowClaims = new Map();
      const contexts = useCases.map((): TransactionContext => ({
        ...context,
        collections: new Map(),
        claims,
        wrote: false,
      }));
      const results = await Promise.allSettled(useCases.map((useCase, index) => useCase(contexts[index]!)));
      return results.map((result, index) => this.conclude(result, contexts[index]!));
    });
  }

  /** Throws when the use case leaves something behind that must not be committed. */
  private conclude(result: PromiseSettledResult<unknown>, context: TransactionContext): Result {
    if (result.status === 'fulfilled') this.runner.flush(context);
    else if (context.wrote || !concernsNobodyElse(result.reason)) throw result.reason;
    else if (result.reason instanceof RowClaimed) return undefined;
    return result;
  }
}

/** A refusal by a rule, or for a row that is claimed, says nothing about the other use cases of the group. */
function concernsNobodyElse(error: unknown): boolean {
  return error instanceof RowClaimed || (error instanceof DomainError && !(error instanceof DatabaseUnavailable));
}

function promiseOf(result: Result): Promise<unknown> | undefined {
  if (!result) return undefined;
  return result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason as Error);
}
