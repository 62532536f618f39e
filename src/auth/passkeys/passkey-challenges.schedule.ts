import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PeriodicJob } from '../../platform/schedule/index.js';

const EVERY_MS = 600_000;
/** Rows per statement, so that no statement takes long. */
const BATCH = 5000;

const DELETE = `
  DELETE FROM passkey_challenges WHERE ctid = ANY (ARRAY(SELECT ctid FROM identity_flows WHERE expires_at < now() LIMIT ${BATCH}))
  RETURNING 1`;

/** Deletes challenges that nobody signed. */
@Injectable()
export class OldPasskeyChallenges {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('delete old challenges of passkeys', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  async sweep(): Promise<void> {
    while ((await this.tx.run(() => this.tx.query(DELETE))).length === BATCH);
  }
}
