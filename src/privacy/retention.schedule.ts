import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { steadyNow } from '../shared/steady-time.js';
import { uuidv7At } from '../shared/uuid.js';
import { ErasureRepository } from './erasure.repository.js';
import { privacySettings } from './privacy.settings.js';

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Rows per statement, so that no statement takes long. */
const BATCH = 2000;

type Kind = keyof ReturnType<typeof privacySettings.settings>;

/** $1: an id (UUIDv7) that was made when the oldest row that stays was written. */
const DELETE: Readonly<Record<Kind, string>> = {
  // The trigger events_kept refuses to delete events of the last 30 days.
  events: `SELECT FROM generate_series(1, delete_old_events($1, ${BATCH}))`,
  webhooks: `
    DELETE FROM provider_webhooks WHERE id IN (
      SELECT id FROM provider_webhooks WHERE id < $1 AND state IN ('applied', 'ignored') ORDER BY id LIMIT ${BATCH}) RETURNING 1`,
  auditAddresses: `
    DELETE FROM audit_addresses WHERE entry_id IN (
      SELECT entry_id FROM audit_addresses WHERE entry_id < $1 ORDER BY entry_id LIMIT ${BATCH}) RETURNING 1`,
};

/** Deletes what is older than the settings keep it, and what came late about people whose data was erased. */
@Injectable()
export class Retention {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    private readonly config: Config,
    private readonly erasures: ErasureRepository,
    private readonly logger: Logger,
  ) {
    this.job = new PeriodicJob('delete what is kept no longer', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  async sweep(): Promise<void> {
    const days = this.config.of(privacySettings);
    const deleted: Partial<Record<Kind, number>> = {};
    for (const kind of Object.keys(DELETE) as Kind[]) {
      if (days[kind] > 0) deleted[kind] = await this.deleteOlder(kind, days[kind]);
    }
    await this.eraseLate();
    if (Object.values(deleted).some((count) => count > 0)) this.logger.info('old rows deleted', deleted);
  }

  private async deleteOlder(kind: Kind, days: number): Promise<number> {
    const boundary = uuidv7At(Math.floor(steadyNow()) - days * DAY_MS);
    let deleted = 0;
    for (let batch = BATCH; batch === BATCH; deleted += batch) {
      batch = (await this.tx.run(() => this.tx.query(DELETE[kind], [boundary]))).length;
    }
    return deleted;
  }

  /** What came after the erasure of an account, such as a provider's webhook about an old payment. */
  private async eraseLate(): Promise<void> {
    for (const id of await this.erasures.late()) await this.tx.run(() => this.erasures.erase(id));
  }
}
