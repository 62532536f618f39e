import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { steadyNow } from '../../shared/steady-time.js';
import { uuidv7At } from '../../shared/uuid.js';
import { Transaction } from '../database/index.js';
import { Logger } from '../logging/index.js';
import { PeriodicJob } from '../schedule/index.js';

const EVERY_MS = 600_000;
/** Long after the last try, which happens within a day. Events have a retention of their own. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** Rows per statement, so that no statement takes long. */
const BATCH = 2000;

/** The time of an event is in its id (UUIDv7), so the primary key leads to the oldest ones. */
const DELETE = `
  DELETE FROM event_deliveries d USING (
    SELECT event_id, consumer FROM event_deliveries WHERE event_id < $1 AND status = 'done'
    ORDER BY event_id LIMIT ${BATCH}) old
  WHERE d.event_id = old.event_id AND d.consumer = old.consumer RETURNING 1`;

/** Deletes old deliveries. Dead ones stay, because somebody has to check them. */
@Injectable()
export class DeliveryExpiry {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    private readonly logger: Logger,
  ) {
    this.job = new PeriodicJob('delete old deliveries', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  private async sweep(): Promise<void> {
    const deleted = await this.deleteOld();
    if (deleted > 0) this.logger.info('old deliveries deleted', { deleted });
  }

  /** Returns how many were deleted. */
  async deleteOld(): Promise<number> {
    const boundary = uuidv7At(Math.floor(steadyNow()) - KEPT_MS);
    let deleted = 0;
    for (let batch = BATCH; batch === BATCH; deleted += batch) {
      batch = (await this.tx.run(() => this.tx.query(DELETE, [boundary]))).length;
    }
    return deleted;
  }
}
