import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { logFailure } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';
import { AuthorizationExpiry } from './authorization-expiry.js';

const EVERY_MS = 30_000;
const BATCH = 50;

/** Voids uncaptured authorizations when their provider no longer holds the money. */
@Injectable()
export class AuthorizationExpiryJob {
  private readonly job: PeriodicJob;

  constructor(expiry: AuthorizationExpiry, logger: Logger) {
    this.job = new PeriodicJob('expire authorizations', logger, async () => {
      await expiry.expireDue(BATCH, ({ id }, err) =>
        logFailure(logger, 'an authorization could not be expired; it is tried again', err, { attemptId: id }),
      );
    });
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }
}
