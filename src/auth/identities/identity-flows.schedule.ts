import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { deleteExpired } from '../expired-rows.js';

const EVERY_MS = 600_000;

/** Deletes sign-ins at providers that nobody completed. */
@Injectable()
export class OldIdentityFlows {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('delete old sign-ins at providers', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  sweep(): Promise<void> {
    return deleteExpired(this.tx, 'identity_flows');
  }
}
