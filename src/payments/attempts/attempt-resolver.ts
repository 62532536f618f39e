import { Injectable } from '@nestjs/common';
import { STORE_CREDIT } from '../domain/payment.js';
import type { Attempt } from '../domain/payment.js';
import { Providers } from '../providers/provider-registry.js';
import { AttemptRunner } from './attempt-runner.js';
import { AttemptsRepository, type ProviderGroup } from './attempts.repository.js';
import { PaymentsRepository } from './payments.repository.js';

/** Concurrent calls per provider. */
const AT_ONCE = 5;

/** Receives the error of an attempt that could not be resolved. */
type Failed = (attempt: Attempt, error: unknown) => void;

/** Resolves attempts with an open outcome. */
@Injectable()
export class AttemptResolver {
  constructor(
    private readonly repository: AttemptsRepository,
    private readonly payments: PaymentsRepository,
    private readonly providers: Providers,
    private readonly runner: AttemptRunner,
  ) {}

  /**
   * Resolves the attempts that are due, including those of dead processes. Runs providers concurrently, so that one that hangs or
   * fails does not delay the others. Passes the errors of single attempts to `failed`; these are tried again later.
   */
  async resolveDue(limit: number, failed: Failed): Promise<void> {
    const names = [...this.providers.all().map(({ name }) => name), STORE_CREDIT];
    const groups = [...names.map((name) => ({ providers: [name], except: false })), { providers: names, except: true }];
    await allOver(groups.map((group) => this.resolveGroup(group, limit, failed)));
  }

  private async resolveGroup(group: ProviderGroup, limit: number, failed: Failed): Promise<void> {
    for (;;) {
      const attempts = await this.repository.claim(group, limit);
      await inTurns(attempts, AT_ONCE, (attempt) => this.resolve(attempt, failed));
      if (attempts.length < limit) return;
    }
  }

  private async resolve(attempt: Attempt, failed: Failed): Promise<void> {
    try {
      await this.runner.resolve(attempt, (await this.payments.find(attempt.paymentId))!);
    } catch (error) {
      failed(attempt, error);
      await this.repository.backOff(attempt).catch((again: unknown) => failed(attempt, again));
    }
  }

  /** Returns the number of unknown outcomes by age of the operation. */
  openByAge(): Promise<{ age: string; attempts: number }[]> {
    return this.repository.openByAge();
  }
}

/** Waits for all, also if one fails, so that nothing of a round runs after it. @throws the first error */
async function allOver(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Calls `work` for all items, at most `atOnce` at a time. */
async function inTurns<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const turn = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
}
