import { Injectable } from '@nestjs/common';
import { And, type FindOperator, type FindOptionsWhere, In, LessThan, MoreThanOrEqual } from 'typeorm';
import type { ProviderWebhookId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { WebhookEntity } from './webhook.entity.js';
import type { WebhookResult, WaitsFor } from './webhook-result.js';

/** A new webhook. */
export interface NewWebhook {
  readonly id: ProviderWebhookId;
  readonly provider: string;
  readonly providerEventId: string;
  readonly type: string;
  readonly raw: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Why it can't be read; null if it can. */
  readonly unreadable: string | null;
}

/** A webhook claimed by one worker. */
export interface ClaimedWebhook {
  readonly id: ProviderWebhookId;
  readonly provider: string;
  readonly type: string;
  readonly raw: Buffer;
  readonly attempts: number;
  /** How long it has been waiting, in milliseconds; null if it has not. */
  readonly waitedMs: number | null;
}

/** The webhooks to process again; times are those of arrival, `to` is exclusive. */
export interface ReplayRange {
  readonly id?: ProviderWebhookId | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly provider?: string | undefined;
}

/** Longer than a batch takes. After it, another worker may claim the webhooks. */
const LEASE_SECONDS = 60;

/** Makes webhooks due whose payment is known now, or has changed since. */
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
    SELECT id, extract(epoch FROM now() - waiting_since)::float8 * 1000 AS waited FROM provider_webhooks
    WHERE next_attempt_at <= now() ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE provider_webhooks w
  SET state = 'received', attempts = attempts + 1, next_attempt_at = now() + ${LEASE_SECONDS} * interval '1 second'
  FROM due WHERE w.id = due.id
  RETURNING w.id, w.provider, w.type, w.raw, w.attempts, due.waited AS "waitedMs"`;
/** The number of a provider's webhooks that are stuck in a state. */
export interface StuckWebhooks {
  readonly provider: string;
  readonly state: 'waiting' | 'quarantined' | 'dead';
  readonly webhooks: number;
}

@Injectable()
export class WebhooksRepository {
  constructor(private readonly tx: Transaction) {}

  /** Stores a webhook, due immediately. Returns its id, and whether it was stored before. */
  keep({
    unreadable,
    ...webhook
  }: NewWebhook): Promise<{ readonly id: ProviderWebhookId; readonly duplicate: boolean }> {
    return this.tx.run(async () => {
      const webhooks = this.tx.repository(WebhookEntity);
      const state = unreadable === null ? 'received' : 'quarantined';
      const nextAttemptAt = unreadable === null ? now : null;
      const { raw: kept } = await webhooks
        .createQueryBuilder()
        .insert()
        .values({ ...webhook, state, reason: unreadable, receivedAt: now, nextAttemptAt })
        .orIgnore()
        .returning('id')
        .execute();
      if ((kept as unknown[]).length > 0) return { id: webhook.id, duplicate: false };
      const { provider, providerEventId } = webhook;
      const { id } = await webhooks.findOneOrFail({ select: { id: true }, where: { provider, providerEventId } });
      return { id, duplicate: true };
    });
  }

  /** Claims due webhooks for a minute, in the order in which they are due. */
  claim(limit: number): Promise<ClaimedWebhook[]> {
    return this.tx.run(async () => {
      this.tx.write(WAKE);
      const claimed = await this.tx.query<ClaimedWebhook & Record<string, unknown>>(CLAIM, [limit]);
      return claimed.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    });
  }

  /** Writes the result of a webhook, and the milliseconds until the next try; null for none. */
  record(id: ProviderWebhookId, result: WebhookResult, againInMs: number | null): Promise<void> {
    const waits: WaitsFor = result.state === 'waiting' ? result : {};
    const { paymentVersion = null, reference = null, attemptId = null } = waits;
    return this.tx.run(async () => {
      const webhooks = this.tx.repository(WebhookEntity);
      await webhooks
        .createQueryBuilder()
        .update()
        .set({
          state: result.state,
          // The reason may quote the webhook, which may contain NUL bytes.
          reason: result.reason?.replaceAll('\0', '') ?? null,
          processedAt: now,
          nextAttemptAt: againInMs === null ? null : () => `now() + :againInMs::float8 * interval '1 millisecond'`,
          waitingSince: result.state === 'waiting' ? () => 'coalesce(waiting_since, now())' : null,
          ...(result.paymentId && { paymentId: result.paymentId }),
          paymentVersion,
          reference,
          attemptId,
        })
        .where({ id })
        .setParameter('againInMs', againInMs)
        .execute();
    });
  }

  /** Queues webhooks for processing again, in any state. Returns how many. */
  async replay(range: ReplayRange): Promise<number> {
    return this.tx.run(async () => {
      const webhooks = this.tx.repository(WebhookEntity);
      const { affected } = await webhooks
        .createQueryBuilder()
        .update()
        .set({ state: 'received', reason: null, nextAttemptAt: now, waitingSince: null, attempts: 0 })
        .where(within(range))
        // Of an erased person there is no content any more.
        .andWhere('octet_length(raw) > 0')
        .execute();
      return affected!;
    });
  }

  /** Returns the number of stuck webhooks by provider and state. */
  async stuck(): Promise<StuckWebhooks[]> {
    const webhooks = this.tx.repository(WebhookEntity);
    return webhooks
      .createQueryBuilder('w')
      .select(['w.provider AS provider', 'w.state AS state', 'count(*)::int AS webhooks'])
      .where({ state: In(['waiting', 'quarantined', 'dead']) })
      .groupBy('w.provider')
      .addGroupBy('w.state')
      .getRawMany<StuckWebhooks>();
  }

  /** Returns for how many seconds the oldest webhook of each provider has waited to be processed; nothing for a provider without any. */
  oldestUnprocessed(): Promise<{ provider: string; seconds: number }[]> {
    const webhooks = this.tx.repository(WebhookEntity);
    return webhooks
      .createQueryBuilder('w')
      .select(['w.provider AS provider', 'extract(epoch FROM now() - min(w.receivedAt))::float8 AS seconds'])
      .where({ state: In(['received', 'waiting']) })
      .groupBy('w.provider')
      .getRawMany<{ provider: string; seconds: number }>();
  }
}

/** By the database's clock. */
const now = () => 'now()';

function within({ id, from, to, provider }: ReplayRange): FindOptionsWhere<WebhookEntity> {
  const times: FindOperator<Date>[] = [...(from ? [MoreThanOrEqual(from)] : []), ...(to ? [LessThan(to)] : [])];
  return { ...(id && { id }), ...(provider && { provider }), ...(times.length > 0 && { receivedAt: And(...times) }) };
}
