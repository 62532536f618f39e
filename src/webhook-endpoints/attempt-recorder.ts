import { Injectable } from '@nestjs/common';
import { insertMany, Transaction, valuesOf } from '../platform/database/index.js';
import { Logger } from '../platform/logging/index.js';
import { counter } from '../platform/metrics/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { encodeId } from '../shared/ids.js';
import { afterFailure, type FailedAttempt } from './domain/endpoint-health.js';
import { readRetryAfter, retryDelay } from './domain/retry-schedule.js';
import type { Sent } from './http-sender.js';
import { WebhookAttemptEntity, WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { disabledCounter, endpointDisabled } from './webhook-endpoint.events.js';
import { WebhookEndpointsRepository } from './webhook-endpoints.repository.js';

const INSERT = insertMany(WebhookAttemptEntity);
/** A worker that was away for longer than its lease may meet the attempt of another one. */
const LOG = { ...INSERT, sql: `${INSERT.sql} ON CONFLICT DO NOTHING` };
const DELIVERIES = valuesOf(WebhookDeliveryEntity, ['id']);
const SUCCEED = {
  ...DELIVERIES,
  sql: `
  UPDATE webhook_deliveries d SET status = 'succeeded', attempts = attempts + 1, finished_at = now()
  FROM (${DELIVERIES.sql}) g WHERE d.id = g.id AND status = 'pending'`,
};
/** Citus takes no function of the time within CASE. */
const FAIL = `
  UPDATE webhook_deliveries SET attempts = attempts + 1, status = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'pending' END,
    finished_at = CASE WHEN $3::float8 IS NULL THEN n.at END, next_attempt_at = now() + coalesce($3::float8, 0) * interval '1 second'
  FROM (SELECT now() AS at) n WHERE id = $1 AND attempts = $2 AND status = 'pending'`;
const ENDPOINTS = valuesOf(WebhookDeliveryEntity, ['endpointId']);
const RESET_HEALTH = {
  ...ENDPOINTS,
  sql: `
  UPDATE webhook_endpoints e SET failures = 0, failing_since = NULL, paused_until = NULL
  WHERE id IN (SELECT endpoint_id FROM (${ENDPOINTS.sql}) g) AND failures > 0`,
};

const attempted = counter(
  'till_webhook_attempts_total',
  'Attempts to deliver an event to a webhook endpoint, by outcome.',
  {
    outcome: ['succeeded', 'retried', 'given_up'],
  },
);

/** One attempt, and the delivery and endpoint as they were before it. */
export interface Attempt {
  readonly delivery: WebhookDeliveryEntity;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sent: Sent;
}

/** Records attempts: their log, the delivery's next attempt, and the health of its endpoint. */
@Injectable()
export class AttemptRecorder {
  constructor(
    private readonly tx: Transaction,
    private readonly endpoints: WebhookEndpointsRepository,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
  ) {}

  /** An attempt succeeded if the receiver answered 2xx. Returns whether more may be sent to the endpoint now. */
  record(attempt: Attempt): Promise<boolean> {
    const { status } = attempt.sent;
    const succeeded = status !== undefined && status >= 200 && status < 300;
    // Those that succeed at the same moment share a transaction, and its wait for the disk.
    return succeeded
      ? this.tx.run(() => this.succeeded(attempt), { group: 'webhooks.succeeded' })
      : this.tx.run(() => this.failed(attempt));
  }

  /** Gives up a delivery whose event is gone. */
  abandon(delivery: WebhookDeliveryEntity): Promise<void> {
    attempted.inc({ outcome: 'given_up' });
    return this.tx.run(async () => this.tx.write(FAIL, [delivery.id, delivery.attempts, null]));
  }

  private async succeeded(attempt: Attempt): Promise<boolean> {
    this.log(attempt);
    this.tx.writeBatch(SUCCEED, [attempt.delivery]);
    this.tx.writeBatch(RESET_HEALTH, [attempt.delivery]);
    attempted.inc({ outcome: 'succeeded' });
    return true;
  }

  private async failed(attempt: Attempt): Promise<boolean> {
    const { delivery, sent } = attempt;
    const at = new Date(sent.startedAt.getTime() + sent.durationMs);
    const retryAfter = readRetryAfter(sent.retryAfter, at);
    const endpoint = await this.endpoints.lock(delivery.endpointId);
    this.log(attempt);
    const delay = retryDelay(delivery.attempts + 1, retryAfter, Math.random());
    this.tx.write(FAIL, [delivery.id, delivery.attempts, delay ?? null]);
    attempted.inc({ outcome: delay === undefined ? 'given_up' : 'retried' });
    return endpoint !== null && this.recordFailure(endpoint, { status: sent.status, retryAfter, at });
  }

  private log({ delivery, url, headers, sent }: Attempt): void {
    const { startedAt, durationMs, status = null, responseBody = null, error = null } = sent;
    const row = { deliveryId: delivery.id, number: delivery.attempts + 1, url, headers };
    this.tx.writeBatch(LOG, [{ ...row, startedAt, durationMs, status, responseBody, error }]);
  }

  private async recordFailure(endpoint: WebhookEndpointEntity, attempt: FailedAttempt): Promise<boolean> {
    const { disabled, ...health } = afterFailure(endpoint, attempt);
    const disables = disabled && endpoint.status === 'enabled';
    const status = disables
      ? ({ status: 'disabled', disabledReason: disabled, version: endpoint.version + 1 } as const)
      : {};
    await this.endpoints.update(endpoint.id, { ...health, ...status });
    if (!disables) return (health.pausedUntil?.getTime() ?? 0) <= attempt.at.getTime() && endpoint.status === 'enabled';
    this.outbox.record(endpointDisabled({ ...endpoint, version: endpoint.version + 1 }, disabled));
    disabledCounter.inc({ reason: disabled });
    this.logger.warn('webhook endpoint disabled', { endpointId: encodeId('whe', endpoint.id), reason: disabled });
    return false;
  }
}
