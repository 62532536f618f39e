import { Injectable, Module } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Transaction } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { PeriodicJob } from '../schedule/index.js';

const EVERY_MS = 600_000;
/** Keys are promised for 24 hours; twice that forgives a client's clock and a long weekend's retry. */
const KEPT_HOURS = 48;
/** Rows of one statement: few enough that none lasts long. */
const BATCH = 5000;

const DELETE = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - ${KEPT_HOURS} * interval '1 hour' LIMIT ${BATCH}))
  RETURNING 1`;

/** Forgets idempotency keys that no client repeats any more. */
@Injectable()
export class IdempotencyKeyExpiry {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    private readonly logger: Logger,
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

  /** Answers how many there were. */
  async deleteExpired(): Promise<number> {
    let deleted = 0;
    for (let batch = BATCH; batch === BATCH; deleted += batch) {
      batch = (await this.tx.run(() => this.tx.query(DELETE))).length;
    }
    return deleted;
  }
}

@Module({ providers: [IdempotencyKeyExpiry], exports: [IdempotencyKeyExpiry] })
export class IdempotencyWorkerModule {}
