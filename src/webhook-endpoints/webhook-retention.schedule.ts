import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Config } from '../platform/config/index.js';
import { Transaction } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { PeriodicJob } from '../platform/schedule/index.js';
import { steadyNow } from '../shared/steady-time.js';
import { uuidv7At } from '../shared/uuid.js';
import { webhookEndpointSettings } from './webhook-endpoints.settings.js';

const [EVERY_MS, DAY_MS, BATCH] = [600_000, 86_400_000, 1000];

/** Of disabled endpoints also what waits: nobody has wanted it for so long. $1: an id of the oldest time that stays. */
const DELETE = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT d.id FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
    WHERE d.id < $1 AND (d.status <> 'pending' OR e.status = 'disabled') ORDER BY d.id LIMIT ${BATCH}) RETURNING 1`;
const DELETE_ENDPOINTS = `
  DELETE FROM webhook_endpoints e WHERE e.deleted_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.id)`;

/** Deletes old deliveries with their attempts, and deleted endpoints that have none any more. */
@Injectable()
export class WebhookRetention {
  private readonly job: PeriodicJob;

  constructor(
    private readonly tx: Transaction,
    private readonly config: Config,
    logger: Logger,
  ) {
    this.job = new PeriodicJob('delete old webhook deliveries', logger, () => this.sweep());
  }

  @Interval(EVERY_MS)
  tick(): Promise<void> {
    return this.job.tick();
  }

  async sweep(): Promise<void> {
    const days = this.config.of(webhookEndpointSettings).retentionDays;
    const boundary = uuidv7At(Math.floor(steadyNow()) - days * DAY_MS);
    for (let batch = BATCH; batch === BATCH;) {
      batch = (await this.tx.run(() => this.tx.query(DELETE, [boundary]))).length;
    }
    await this.tx.run(() => this.tx.query(DELETE_ENDPOINTS));
  }
}
