import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Config } from '../platform/config/index.js';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { steadyNow } from '../shared/steady-time.js';
import { leastUuidv7At } from '../shared/uuid.js';
import { ExportsRepository } from './exports.repository.js';
import { exportSettings } from './exports.settings.js';

const [EVERY_MS, DAY_MS] = [600_000, 86_400_000];

/** Deletes old exports with their files. */
@Injectable()
export class ExportsRetention {
  private readonly job: PeriodicJob;

  constructor(
    private readonly exports: ExportsRepository,
    private readonly config: Config,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('delete old exports', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  async sweep(): Promise<void> {
    const { retentionDays } = this.config.of(exportSettings);
    const boundary = leastUuidv7At(Math.floor(steadyNow()) - retentionDays * DAY_MS);
    while (await this.exports.deleteOlder(boundary));
  }
}
