import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EventId } from '../../shared/ids.js';
import { columnsOf, isTemporary, type Row, Transaction } from '../database/index.js';
import { EventEntity, type RecordedEvent } from '../outbox/index.js';
import type { DeliveryEntity } from './delivery.entity.js';

/**
 * How long a claim lasts, in seconds. A live worker extends its claims (`HeldClaims`); the events of a worker that is gone for longer
 * may be claimed by another.
 */
export const LEASE_SECONDS = 15;
/** How long to try to record an outcome while the database is away or can't write, in milliseconds. */
const RECORD_WITHIN_MS = 60_000;

/** An event claimed by one worker; `attempt` is the number of the claim. */
export type ClaimedEvent = RecordedEvent & { readonly attempt: number };

/** How one attempt ended. */
export type Outcome = { readonly id: EventId; readonly attempt: number } & (
  | { readonly status: 'done' }
  | { readonly status: 'released'; readonly delaySeconds: number }
  | { readonly status: 'dead'; readonly error: string }
  | { readonly status: 'pending'; readonly error: string; readonly delaySeconds: number }
);

/**
 * Claims queued events that nobody has claimed, and running ones whose worker is gone, as far as the condition on `d` holds. The list stands
 * in both parts: a plan made while the table is empty otherwise reads all deliveries of the consumer for each claim.
 */
const claimsIf = (condition: string) => `
  WITH free AS (
    SELECT event_id FROM event_deliveries d
    WHERE consumer = $1 AND event_id = ANY($2::uuid[])
      AND (status = 'queued' OR status = 'running' AND next_attempt_at <= now()) AND ${condition}
    ORDER BY event_id FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE event_deliveries d
    SET status = 'running', attempts = attempts + 1, next_attempt_at = now() + ${LEASE_SECONDS} * interval '1 second'
    FROM free WHERE d.event_id = free.event_id AND d.consumer = $1 AND d.event_id = ANY($2::uuid[])
    RETURNING d.event_id, d.attempts
  )
  SELECT ${columnsOf(EventEntity, 'e')}, c.attempts
  FROM claimed c JOIN events e ON e.id = c.event_id ORDER BY e.id`;
/**
 * The delivery of the event before that of `d`, about the same thing, while it is open. One look is enough: what is before that one was
 * delivered or given up before it was claimed.
 */
const OPEN_BEFORE = `
  SELECT p.status, p.next_attempt_at FROM event_log l
  CROSS JOIN LATERAL (
    SELECT b.event_id FROM event_log b WHERE b.aggregate_id = l.aggregate_id AND b.position < l.position
    ORDER BY b.position DESC LIMIT 1) prior
  JOIN event_deliveries p ON p.event_id = prior.event_id AND p.consumer = $1 AND p.status IN ('pending', 'queued', 'running')
  WHERE l.event_id = d.event_id`;
const CLAIM = claimsIf('true');
const CLAIM_IN_ORDER = claimsIf(`NOT EXISTS (${OPEN_BEFORE})`);
/** Puts off what is queued and was not claimed: by $3 seconds, and until the one is due that it waits for. */
const PUT_OFF = `
  UPDATE event_deliveries d SET status = 'pending', next_attempt_at = greatest(now() + $3::float8 * interval '1 second', (
    SELECT CASE o.status WHEN 'pending' THEN o.next_attempt_at END FROM (${OPEN_BEFORE}) o))
  WHERE consumer = $1 AND event_id = ANY($2::uuid[]) AND status = 'queued'`;

/** Does not extend claims that were lost meanwhile. */
const RENEW = `
  UPDATE event_deliveries d SET next_attempt_at = now() + ${LEASE_SECONDS} * interval '1 second'
  FROM unnest($2::uuid[], $3::int[]) AS o (event_id, attempt)
  WHERE d.consumer = $1 AND d.event_id = ANY($2::uuid[]) AND d.event_id = o.event_id AND d.attempts = o.attempt AND d.status = 'running'
  RETURNING d.event_id`;

/** Acknowledges a finished effect even if the claim ended meanwhile. */
const ACKNOWLEDGE = `
  UPDATE event_deliveries SET status = 'done', done_at = now(), last_error = NULL
  WHERE consumer = $1 AND event_id = ANY($2::uuid[]) AND status <> 'done'`;

/** Reschedules only if the claim is still this one: another worker's later claim stays. Citus adds no interval of a column to a time in an UPDATE. */
const RESCHEDULE = `
  UPDATE event_deliveries d
  SET status = o.status, attempts = d.attempts - o.not_counted, last_error = coalesce(o.error, d.last_error),
    next_attempt_at = to_timestamp(extract(epoch FROM now())::float8 + o.delay_seconds)
  FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::float8[], $7::int[])
    AS o (event_id, attempt, status, error, delay_seconds, not_counted)
  WHERE d.consumer = $1 AND d.event_id = ANY($2::uuid[]) AND d.event_id = o.event_id AND d.attempts = o.attempt AND d.status = 'running'`;

@Injectable()
export class DeliveriesRepository {
  constructor(private readonly tx: Transaction) {}

  /** With `inOrder`, only those for which the event before them, about the same thing, was delivered or given up. */
  async claim(consumer: string, eventIds: readonly EventId[], inOrder = false): Promise<ClaimedEvent[]> {
    const rows = await this.tx.run(() =>
      this.tx.query<EventRow>(inOrder ? CLAIM_IN_ORDER : CLAIM, [consumer, eventIds]),
    );
    return rows.map(eventOf);
  }

  /** Makes those that are queued, and not claimed by anybody, due again later, after what is before them. */
  async putOff(consumer: string, eventIds: readonly EventId[], seconds: number): Promise<void> {
    await this.tx.run(async () => this.tx.write(PUT_OFF, [consumer, eventIds, seconds]));
  }

  /** Extends claims. Returns the events whose claims were still valid. */
  async renew(consumer: string, claims: readonly Pick<ClaimedEvent, 'id' | 'attempt'>[]): Promise<EventId[]> {
    const columns = [claims.map(({ id }) => id), claims.map(({ attempt }) => attempt)];
    const rows = await this.tx.run(() => this.tx.query<{ event_id: EventId }>(RENEW, [consumer, ...columns]));
    return rows.map(({ event_id: id }) => id);
  }

  /** Keeps trying while the database is away or can't write, because otherwise the finished effects would run again. */
  async record(consumer: string, outcomes: readonly Outcome[]): Promise<void> {
    const giveUpAt = performance.now() + RECORD_WITHIN_MS;
    for (;;) {
      try {
        return await this.tx.run(() => this.write(consumer, outcomes));
      } catch (error) {
        if (!isTemporary(error) || performance.now() > giveUpAt) throw error;
        await delay(500);
      }
    }
  }

  private async write(consumer: string, outcomes: readonly Outcome[]): Promise<void> {
    const done = outcomes.filter(({ status }) => status === 'done');
    if (done.length > 0) this.tx.write(ACKNOWLEDGE, [consumer, done.map(({ id }) => id)]);
    const open = outcomes.filter(({ status }) => status !== 'done');
    if (open.length > 0) this.tx.write(RESCHEDULE, [consumer, ...arraysOf(open)]);
  }
}

function arraysOf(outcomes: readonly Outcome[]): unknown[][] {
  return [
    outcomes.map(({ id }) => id),
    outcomes.map(({ attempt }) => attempt),
    outcomes.map(({ status }) => (status === 'dead' ? 'dead' : 'pending')),
    outcomes.map((outcome) => ('error' in outcome ? outcome.error.slice(0, 1000) : null)),
    outcomes.map((outcome) => ('delaySeconds' in outcome ? outcome.delaySeconds : 0)),
    outcomes.map(({ status }) => (status === 'released' ? 1 : 0)),
  ];
}

type EventRow = EventEntity & Pick<DeliveryEntity, 'attempts'> & Row;

function eventOf(row: EventRow): ClaimedEvent {
  const { id, type, orderId, data, requestId, actorId, traceparent, createdAt, attempts } = row;
  const aggregate = { type: row.aggregateType, id: row.aggregateId, version: row.aggregateVersion };
  const context = { requestId, actorId, traceparent, createdAt };
  return { id, type, aggregate, ...(orderId && { orderId }), data, ...context, attempt: attempts };
}
