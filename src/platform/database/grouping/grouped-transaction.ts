import { counter } from '../../metrics/index.js';
import { DomainError } from '../../../shared/errors.js';
import { DatabaseUnavailable } from '../errors.js';
import type { TransactionContext, UseCase } from '../transaction-context.js';
import type { TransactionRunner } from '../transaction-runner.js';
import { GroupCommit } from './group-commit.js';
import { RowClaimed, type RowClaims } from './row-claims.js';

const groups = counter(
  'till_transaction_groups_total',
  'Groups of use cases that came at once, by whether they could share a transaction (together) or not (apart).',
  {
    outcome: ['together', 'apart'],
  },
);

/** The maximum wait of a group for a locked row; then each of its use cases runs and waits alone. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '100ms'";
/** The maximum wait of a use case for others, in milliseconds. */
const PATIENCE_MS = 4;

/** The result of a use case in a group; `undefined` if it must run again alone. */
type Result = PromiseSettledResult<unknown> | undefined;

/** Runs concurrent use cases of one kind in one transaction. */
export class GroupedTransaction {
  private readonly groups = new GroupCommit<UseCase<unknown>, unknown>(
    (useCases) => this.runGroup(useCases),
    PATIENCE_MS,
  );

  constructor(private readonly runner: TransactionRunner) {}

  /** Runs a use case together with concurrent ones of its kind, or alone. */
  run<T>(useCase: UseCase<T>, kind: string): Promise<T> {
    return this.groups.join(useCase, kind) as Promise<T>;
  }

  private async runGroup(useCases: readonly UseCase<unknown>[]): Promise<Promise<unknown>[]> {
    if (useCases.length === 1) return useCases.map((useCase) => this.runner.run(useCase));
    const results = await this.runInOneTransaction(useCases).catch((error: unknown) => {
      if (error instanceof DatabaseUnavailable) throw error;
      return undefined; // each runs again alone, so only the one with the error fails
    });
    groups.inc({ outcome: results ? 'together' : 'apart' });
    return useCases.map((useCase, index) => promiseOf(results?.[index]) ?? this.runner.run(useCase));
  }

  /** Throws the error that prevented the commit of the group. */
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

  /** Throws if the use case leaves writes that must not be committed. */
  private conclude(result: PromiseSettledResult<unknown>, context: TransactionContext): Result {
    if (result.status === 'fulfilled') this.runner.flush(context);
    else if (context.wrote || !concernsNobodyElse(result.reason)) throw result.reason;
    else if (result.reason instanceof RowClaimed) return undefined;
    return result;
  }
}

/** Whether an error concerns only its use case: a refusal by a rule, or a claimed row. */
function concernsNobodyElse(error: unknown): boolean {
  return error instanceof RowClaimed || (error instanceof DomainError && !(error instanceof DatabaseUnavailable));
}

function promiseOf(result: Result): Promise<unknown> | undefined {
  if (!result) return undefined;
  return result.status === 'fulfilled' ? Promise.resolve(result.value) : Promise.reject(result.reason as Error);
}
