import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { SharedGauges } from '../../platform/shared-gauges/index.js';
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
    gauges: SharedGauges,
  ) {
    this.job = new PeriodicJob('resolve open attempts', logger, () => this.resolve());
    const help = 'Operations whose outcome is not known, by age: under a minute, an hour, a day, or older.';
    gauges.add('till_payment_outcomes_open', help, ['age'], async (set) => {
      for (const age of ['1m', '1h', '1d', 'older']) set({ age }, 0);
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
