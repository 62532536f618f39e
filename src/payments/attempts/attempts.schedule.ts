import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { gauge } from '../../platform/metrics/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { AttemptResolver } from './attempt-resolver.js';

const EVERY_MS = 1000;
const BATCH = 50;

/** Resolves attempts without a recorded outcome, so that no charge stays unknown. */
@Injectable()
export class AttemptResolutionJob {
  private readonly job: PeriodicJob;

  constructor(
    private readonly attempts: AttemptResolver,
    private readonly logger: Logger,
  ) {
    this.job = new PeriodicJob('resolve open attempts', logger, () => this.resolve());
    gauge('till_payment_outcomes_open', 'Operations whose outcome is not known, by age.', ['age'], async (set) => {
      for (const { age, attempts: count } of await attempts.openByAge()) set({ age }, count);
    });
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  private async resolve(): Promise<void> {
    await this.attempts.resolveDue(BATCH, ({ id }, err) =>
      logFailure(this.logger, 'an attempt could not be resolved; it is tried again', err, { attemptId: id }),
    );
  }
}
