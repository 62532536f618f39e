import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/payment.js';
import { Providers } from '../providers/provider-registry.js';
import { AttemptRunner } from './attempt-runner.js';
import { AttemptsRepository } from './attempts.repository.js';
import { PaymentsRepository } from './payments.repository.js';
import { forEachOf, type NamedProviderGroup, type ProviderGroup, providerGroups } from './provider-groups.js';

/** Concurrent calls per provider. A worker claims as many, so that each claim outlasts its calls. */
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

  /** Returns a group for each provider, and one for providers that are no longer configured. */
  groups(): readonly NamedProviderGroup[] {
    return providerGroups(this.providers);
  }

  /** Resolves all attempts that are due, including those of dead processes, and waits for every group. See `resolveSome`. */
  async resolveDue(failed: Failed, atOnce = AT_ONCE): Promise<void> {
    await forEachOf(this.groups(), async (group) => {
      while (await this.resolveSome(group, failed, atOnce));
    });
  }

  /**
   * Resolves attempts of the group that are due, as many as run at once. Returns whether there may be more. Passes the errors of
   * single attempts to `failed`; these are tried again later.
   */
  async resolveSome(group: ProviderGroup, failed: Failed, atOnce = AT_ONCE): Promise<boolean> {
    const attempts = await this.repository.claim(group, atOnce);
    await Promise.all(attempts.map((attempt) => this.resolve(attempt, failed)));
    return attempts.length === atOnce;
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
