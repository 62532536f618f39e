import { Injectable } from '@nestjs/common';
import { STORE_CREDIT } from '../domain/payment.js';
import type { Attempt } from '../domain/payment.js';
import { Providers } from '../providers/provider-registry.js';
import { AttemptRunner } from './attempt-runner.js';
import { AttemptsRepository, type ProviderGroup } from './attempts.repository.js';
import { PaymentsRepository } from './payments.repository.js';

/** How many calls of one provider run at a time. */
const AT_ONCE = 5;

/** Receives the error of an attempt that could not be resolved. */
type Failed = (attempt: Attempt, error: unknown) => void;

/** Resolves attempts whose outcome is still open. */
@Injectable()
export class AttemptResolver {
  constructor(
    private readonly repository: AttemptsRepository,
    private readonly payments: PaymentsRepository,
    private readonly providers: Providers,
    private readonly runner: AttemptRunner,
  ) {}

  /**
   * Resolves the attempts whose time has come, a dead process's among them: each provider's beside the others', so that one
   * that hangs or fails keeps none waiting. The errors of single ones go to `failed`; those are tried again later.
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

  /** How many outcomes are not known, by how long ago the operation began. */
  openByAge(): Promise<{ age: string; attempts: number }[]> {
    return this.repository.openByAge();
  }
}

/** Waits for all, also when one fails: a round is over when nothing of it goes on. @throws the first error */
async function allOver(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Calls `work` for all items, so many at a time. */
async function inTurns<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const turn = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
}
