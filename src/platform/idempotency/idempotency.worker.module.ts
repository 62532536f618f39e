import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Config } from '../config/index.js';
import { Transaction } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { PeriodicJob } from '../schedule/index.js';

const EVERY_MS = 600_000;
/** Rows per statement, so that no statement takes long. */
const BATCH = 5000;

const DELETE = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - $1::int * interval '1 hour' LIMIT ${BATCH}))
  RETURNING 1`;

/** Deletes old idempotency keys. */
@Injectable()
export class IdempotencyKeyExpiry {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    private readonly logger: Logger,
    private readonly config: Config,
  ) {
    this.job = new PeriodicJob('delete old idempotency keys', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  private async sweep(): Promise<void> {
    const deleted = await this.deleteExpired();
    if (deleted > 0) this.logger.info('old idempotency keys deleted', { deleted });
  }

  /** Returns how many were deleted. */
  async deleteExpired(): Promise<number> {
    let deleted = 0;
    for (let batch = BATCH; batch === BATCH; deleted += batch) {
      batch = (await this.tx.run(() => this.tx.query(DELETE, [this.config.idempotencyKeysHours]))).length;
    }
    return deleted;
  }
}

@Module({ providers: [IdempotencyKeyExpiry], exports: [IdempotencyKeyExpiry] })
export class IdempotencyWorkerModule {}
