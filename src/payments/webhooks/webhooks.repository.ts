import { Injectable } from '@nestjs/common';
import type { ProviderWebhookId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import type { WebhookResult, WaitsFor } from './webhook-result.js';

/** A webhook as it is first kept. */
export interface NewWebhook {
  readonly id: ProviderWebhookId;
  readonly provider: string;
  readonly providerEventId: string;
  readonly type: string;
  readonly raw: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Why it can't be processed; null when it is to be. */
  readonly unreadable: string | null;
}

/** A webhook in the hands of one worker. */
export interface ClaimedWebhook {
  readonly id: ProviderWebhookId;
  readonly provider: string;
  readonly type: string;
  readonly raw: Buffer;
  readonly attempts: number;
  /** How long it has waited for something, in milliseconds; null when it has not. */
  readonly waitedMs: number | null;
}

/** Which webhooks are to be processed once more; times are those of their arrival, `to` is not included. */
export interface ReplayRange {
  readonly id?: ProviderWebhookId | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly provider?: string | undefined;
}

/** Longer than it takes to process a batch; a worker that is gone for longer has lost it to another. */
const LEASE_SECONDS = 60;

const KEEP = `
  INSERT INTO provider_webhooks
    (id, provider, provider_event_id, type, raw, headers, state, reason, received_at, next_attempt_at)
  VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $7::text IS NULL THEN 'received' ELSE 'quarantined' END, $7, now(),
    CASE WHEN $7::text IS NULL THEN now() END)
  ON CONFLICT (provider, provider_event_id) DO NOTHING RETURNING id`;
const FIND = `SELECT id FROM provider_webhooks WHERE provider = $1 AND provider_event_id = $2`;
/** What waited for something that has come, or for a payment that has changed since. */
const WAKE = `
  UPDATE provider_webhooks w SET next_attempt_at = now()
  WHERE state = 'waiting' AND next_attempt_at > now() AND (
    EXISTS (SELECT FROM payments p WHERE p.id = w.payment_id AND p.version > w.payment_version)
    OR w.payment_id IS NULL AND EXISTS (
      SELECT FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE a.id = w.attempt_id AND p.provider = w.provider)
    OR w.payment_id IS NULL AND w.attempt_id IS NULL AND EXISTS (
      SELECT FROM payments p WHERE p.provider = w.provider AND p.reference = w.reference))`;
const CLAIM = `
  WITH due AS (
    SELECT id FROM provider_webhooks WHERE next_attempt_at <= now() ORDER BY next_attempt_at, id LIMIT $1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE provider_webhooks w
  SET state = 'received', attempts = attempts + 1, next_attempt_at = now() + ${LEASE_SECONDS} * interval '1 second'
  FROM due WHERE w.id = due.id
  RETURNING w.id, w.provider, w.type, w.raw, w.attempts, extract(epoch FROM now() - w.waiting_since)::float8 * 1000 AS "waitedMs"`;
const RECORD = `
  UPDATE provider_webhooks SET state = $2, reason = $3, processed_at = now(), next_attempt_at = now() + $4::float8 * interval '1 millisecond',
    payment_id = coalesce($5, payment_id), payment_version = $6, reference = $7, attempt_id = $8,
    waiting_since = CASE WHEN $2 = 'waiting' THEN coalesce(waiting_since, now()) END
  WHERE id = $1`;
const REPLAY = `
  UPDATE provider_webhooks
  SET state = 'received', reason = NULL, next_attempt_at = now(), waiting_since = NULL, attempts = 0
  WHERE ($1::uuid IS NULL OR id = $1) AND ($2::timestamptz IS NULL OR received_at >= $2)
    AND ($3::timestamptz IS NULL OR received_at < $3) AND ($4::text IS NULL OR provider = $4)
  RETURNING id`;
const STUCK = `
  SELECT provider, state, count(*)::int AS webhooks FROM provider_webhooks
  WHERE state IN ('waiting', 'quarantined', 'dead') GROUP BY provider, state`;

export interface StuckWebhooks extends Record<string, unknown> {
  readonly provider: string;
  readonly state: 'waiting' | 'quarantined' | 'dead';
  readonly webhooks: number;
}

@Injectable()
export class WebhooksRepository {
  constructor(private readonly tx: Transaction) {}

  /** Keeps a webhook, to be processed at once; answers the id under which it is kept, and whether it already was. */
  keep(webhook: NewWebhook): Promise<{ readonly id: ProviderWebhookId; readonly duplicate: boolean }> {
    const { id, provider, providerEventId, type, raw, headers, unreadable } = webhook;
    const row = [id, provider, providerEventId, type, raw, JSON.stringify(headers), unreadable];
    return this.tx.run(async () => {
      const [kept] = await this.tx.query<{ id: ProviderWebhookId }>(KEEP, row);
      if (kept) return { id: kept.id, duplicate: false };
      const [earlier] = await this.tx.query<{ id: ProviderWebhookId }>(FIND, [provider, providerEventId]);
      return { id: earlier!.id, duplicate: true };
    });
  }

  /** Takes webhooks whose time has come, for a minute, in the order in which they are due. */
  claim(limit: number): Promise<ClaimedWebhook[]> {
    return this.tx.run(async () => {
      this.tx.write(WAKE);
      const claimed = await this.tx.query<ClaimedWebhook & Record<string, unknown>>(CLAIM, [limit]);
      return claimed.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    });
  }

  /** Writes what became of a webhook, and in how many milliseconds to look at it again; null when never. */
  record(id: ProviderWebhookId, result: WebhookResult, againInMs: number | null): Promise<void> {
    const { state, paymentId = null } = result;
    // It may quote the webhook, which may hold what no text column takes.
    const reason = result.reason?.replaceAll('\0', '') ?? null;
    const waits: WaitsFor = result.state === 'waiting' ? result : {};
    const waitsFor = [waits.paymentVersion ?? null, waits.reference ?? null, waits.attemptId ?? null];
    return this.tx.run(async () => {
      this.tx.write(RECORD, [id, state, reason, againInMs, paymentId, ...waitsFor]);
    });
  }

  /** Puts webhooks back to be processed, whatever became of them; answers how many. */
  async replay({ id, from, to, provider }: ReplayRange): Promise<number> {
    const range = [id ?? null, from ?? null, to ?? null, provider ?? null];
    return (await this.tx.run(() => this.tx.query(REPLAY, range))).length;
  }

  /** How many were not applied and should have been. */
  stuck(): Promise<StuckWebhooks[]> {
    return this.tx.query<StuckWebhooks>(STUCK);
  }
}
