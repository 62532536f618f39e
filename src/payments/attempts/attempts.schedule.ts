import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { SharedGauges } from '../../platform/shared-gauges/index.js';
import type { Attempt } from '../domain/payment.js';
import { AttemptResolver } from './attempt-resolver.js';
import type { NamedProviderGroup } from './provider-groups.js';

const EVERY_MS = 1000;
/** Claims of one run. If a provider hangs, so many take less time than after which a job counts as stuck. */
const CLAIMS = 50;

/**
 * Resolves attempts without a recorded outcome, so that no charge stays unknown. Each provider has a job of its own, so that one that
 * hangs does not delay the others.
 */
@Injectable()
export class AttemptResolutionJob {
  private readonly jobs: readonly PeriodicJob[];

  constructor(
    private readonly attempts: AttemptResolver,
    private readonly logger: Logger,
    gauges: SharedGauges,
  ) {
    this.jobs = attempts
      .groups()
      .map((group) => new PeriodicJob(`resolve open attempts of ${group.name}`, logger, () => this.resolve(group)));
    const help = 'Operations whose outcome is not known, by age: under a minute, an hour, a day, or older.';
    gauges.add('till_payment_outcomes_open', help, ['age'], async (set) => {
      for (const age of ['1m', '1h', '1d', 'older']) set({ age }, 0);
      for (const { age, attempts: count } of await attempts.openByAge()) set({ age }, count);
    });
  }

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.tick()));
  }

  private async resolve(group: NamedProviderGroup): Promise<void> {
    const failed = ({ id }: Attempt, error: unknown) =>
      logFailure(this.logger, 'an attempt could not be resolved; it is tried again', error, { attemptId: id });
    for (let claims = 0; claims < CLAIMS; claims++) if (!(await this.attempts.resolveSome(group, failed))) return;
  }
}
