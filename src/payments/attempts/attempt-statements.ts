import { Column } from 'typeorm';
import { type BatchQuery, columnsOf, insertMany, valuesOf } from '../../platform/database/index.js';
import { MAX_TRIES } from '../domain/check-schedule.js';
import type { Attempt, AttemptState } from '../domain/payment.js';
import { AttemptEntity } from './attempt.entity.js';
import { ProviderEventEntity } from './provider-event.entity.js';

// The statements of beginning an attempt and of recording its outcome, each for any number of rows. A hydrated entity would cost
// several times the statement; names and types of columns come from the entities all the same.

const ATTEMPT = [
  'id',
  'paymentId',
  'orderId',
  'refundId',
  'kind',
  'amount',
  'state',
  'sends',
  'checks',
] as const satisfies readonly (keyof Attempt)[];
/** An attempt, and the milliseconds until a worker checks it, by the database's clock. */
class ScheduledAttempt extends AttemptEntity {
  @Column('float8')
  readonly checkAfterMs: number;
}
const NEXT_CHECK = `now() + t.check_after_ms * interval '1 millisecond'`;
const NEW = [
  'id',
  'paymentId',
  'refundId',
  'kind',
  'amount',
  'state',
  'sends',
  'requestKey',
  'requestFingerprint',
] as const satisfies readonly (keyof AttemptEntity)[];
const ADDED = valuesOf(ScheduledAttempt, [...NEW, 'checkAfterMs']);
const { columns } = valuesOf(AttemptEntity, NEW);
export const INSERT = {
  ...ADDED,
  sql: `INSERT INTO payment_attempts (${columns}, next_check_at) SELECT ${columns}, ${NEXT_CHECK} FROM (${ADDED.sql}) t`,
};
/** The same for an UPDATE: Citus takes no time plus an interval that a column says. */
const DEFERRED_CHECK = 'to_timestamp(extract(epoch FROM now())::float8 + t.check_after_ms / 1000)';
const DEFERRED = valuesOf(ScheduledAttempt, ['id', 'state', 'sends', 'checks', 'checkAfterMs']);
export const DEFER = {
  ...DEFERRED,
  sql: `
    UPDATE payment_attempts a SET state = t.state, sends = t.sends, checks = t.checks, updated_at = now(),
      next_check_at = ${DEFERRED_CHECK}
    FROM (${DEFERRED.sql}) t WHERE a.id = t.id`,
};
export const WATCH = 'UPDATE payment_attempts SET next_check_at = now() WHERE id = $1';
export const FIND_BY_REQUEST = {
  sql: `
    SELECT ${columnsOf(AttemptEntity, 'a', [...ATTEMPT, 'requestFingerprint', 'ageMs'])}, encode(a.request_key, 'hex') AS request
    FROM payment_attempts a
    WHERE a.request_key = ANY(ARRAY(SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS t (hex)))`,
  key: 'request',
} as const satisfies BatchQuery;
export const LOCK = {
  sql: `
    SELECT ${columnsOf(AttemptEntity, 'a', ATTEMPT)},
      ARRAY(SELECT e.provider_event_id FROM provider_events e WHERE e.attempt_id = a.id) AS "seenEvents"
    FROM payment_attempts a WHERE a.id = ANY($1::uuid[]) ORDER BY a.id FOR UPDATE`,
  key: 'id',
  locks: 'attempt',
} as const satisfies BatchQuery;

/** An event, and the state of its attempt after it. */
class RecordedEvent extends ProviderEventEntity {
  @Column('text')
  readonly state: AttemptState;
}
const EVENT = [
  'attemptId',
  'id',
  'provider',
  'providerEventId',
  'type',
  'amount',
  'currency',
  'occurredAt',
] as const satisfies readonly (keyof ProviderEventEntity)[];
const RECORDED = valuesOf(RecordedEvent, [...EVENT, 'state']);
const ADDED_EVENTS = insertMany(ProviderEventEntity, EVENT);
/** Both parts read the parameters: rows that a CTE hands to two of them would travel to every node of a Citus cluster, also to one that is away. */
export const APPLY = {
  ...RECORDED,
  sql: `
    WITH applied AS (${ADDED_EVENTS.sql})
    UPDATE payment_attempts a SET state = e.state, updated_at = now(), next_check_at = NULL
    FROM (SELECT unnest($1::uuid[]) AS attempt_id, unnest($${EVENT.length + 1}::text[]) AS state) e WHERE a.id = e.attempt_id`,
};
/** Marks a refund whose pieces had been refunded anew when it succeeded. */
export const SURPLUS = 'INSERT INTO surplus_refunds (refund_id) VALUES ($1) ON CONFLICT DO NOTHING';
/**
 * Writes the status that follows from all attempts of a refund: one that was given up may have been made after all. A refused refund for an
 * obligation stays pending until Till has tried MAX_TRIES times. One whose money came back is left to people.
 */
export const END_REFUND = `
  UPDATE refunds r SET updated_at = now(), status = CASE
    WHEN a.succeeded THEN 'succeeded'
    WHEN a.open THEN 'pending'
    WHEN r.obligation_id IS NOT NULL AND NOT a.returned AND a.refused < ${MAX_TRIES} THEN 'pending'
    ELSE 'failed' END
  FROM (
    SELECT r.id, bool_or(a.state = 'succeeded') AS succeeded, bool_or(a.state NOT IN ('succeeded', 'declined', 'failed')) AS open,
      bool_or(a.state = 'failed') AS returned, count(*) FILTER (WHERE a.state = 'declined') AS refused
    FROM refunds r JOIN payment_attempts a ON a.payment_id = r.payment_id AND a.refund_id = r.id
    WHERE r.id = $1 GROUP BY r.id) a
  WHERE r.id = a.id`;
