import { Injectable } from '@nestjs/common';
import { newId, type AttemptId } from '../../shared/ids.js';
import { type BatchQuery, rowsOf, Transaction } from '../../platform/database/index.js';
import { assertUnanswered, IdempotencyKeyInUse, type IdempotentRequest } from '../../platform/idempotency/index.js';
import { MAX_TRIES, nextCheck } from '../domain/check-schedule.js';
import type { Attempt } from '../domain/payment.js';
import { OperationUnderWay } from '../domain/payment.errors.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';

/** An attempt with the fingerprint of the request that made it, where a request did. */
export interface FoundAttempt extends Attempt {
  readonly fingerprint: Buffer | null;
  /** How long ago it was made, in milliseconds, by the database's clock. */
  readonly ageMs: number;
}

/** An attempt with the ids of the provider events that were applied to it. */
export interface LockedAttempt extends Attempt {
  readonly seenEvents: readonly string[];
}

/** Providers that are looked after together, so that one that hangs keeps no other waiting. */
export interface ProviderGroup {
  readonly providers: readonly string[];
  /** Whether all but these are meant. */
  readonly except: boolean;
}

/** Longer than it takes to look into a batch; a worker that is gone for longer has lost it to another. */
const LEASE_SECONDS = 15;

const COLUMNS = `
  a.id, a.payment_id AS "paymentId", p.order_id AS "orderId", a.refund_id AS "refundId", a.kind, a.amount, a.state,
  a.sends, a.checks`;
const INSERT = `
  INSERT INTO payment_attempts
    (id, payment_id, refund_id, kind, amount, state, sends, request_key, request_fingerprint, next_check_at)
  SELECT id, payment_id, refund_id, kind, amount, state, sends, request_key, request_fingerprint,
    now() + check_after_ms * interval '1 millisecond'
  FROM (${rowsOf(`id uuid, payment_id uuid, refund_id uuid, kind text, amount bigint, state text, sends int,
    request_key bytea, request_fingerprint bytea, check_after_ms float8`)}) t`;
const FIND_BY_REQUEST = {
  sql: `
    SELECT ${COLUMNS}, encode(a.request_key, 'hex') AS request, a.request_fingerprint AS fingerprint,
      extract(epoch FROM now() - a.created_at)::float8 * 1000 AS "ageMs"
    FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
    WHERE a.request_key = ANY(ARRAY(SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS t (hex)))`,
  key: 'request',
} as const satisfies BatchQuery;
const LOCK = {
  sql: `
    SELECT ${COLUMNS}, ARRAY(SELECT e.provider_event_id FROM provider_events e WHERE e.attempt_id = a.id) AS "seenEvents"
    FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
    WHERE a.id = ANY($1::uuid[]) ORDER BY a.id FOR UPDATE OF a`,
  key: 'id',
  locks: 'attempt',
} as const satisfies BatchQuery;
/** Of the providers that are named, or of all others. */
const CLAIM = `
  WITH due AS (
    SELECT a.id FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
    WHERE a.next_check_at <= now() AND a.state <> 'succeeded' AND (p.provider = ANY($1::text[])) = $2
    ORDER BY a.next_check_at LIMIT $3 FOR UPDATE OF a SKIP LOCKED
  ), claimed AS (
    UPDATE payment_attempts a SET next_check_at = now() + ${LEASE_SECONDS} * interval '1 second' FROM due WHERE a.id = due.id
    RETURNING a.*
  )
  SELECT ${COLUMNS} FROM claimed a JOIN payments p ON p.id = a.payment_id`;
const DEFER = `
  UPDATE payment_attempts SET state = $2, sends = $3, checks = $4, updated_at = now(),
    next_check_at = now() + $5::float8 * interval '1 millisecond'
  WHERE id = $1`;
/** Whoever has recorded its outcome meanwhile is right. */
const BACK_OFF = `
  UPDATE payment_attempts SET checks = checks + 1, next_check_at = now() + $2::float8 * interval '1 millisecond'
  WHERE id = $1 AND next_check_at IS NOT NULL`;
const WATCH = `UPDATE payment_attempts SET next_check_at = now() WHERE id = $1`;
const OPEN = `
  SELECT CASE WHEN created_at > now() - interval '1 minute' THEN '1m'
    WHEN created_at > now() - interval '1 hour' THEN '1h'
    WHEN created_at > now() - interval '1 day' THEN '1d' ELSE 'older' END AS age, count(*)::int AS attempts
  FROM payment_attempts WHERE next_check_at IS NOT NULL AND state IN ('unknown', 'pending', 'not_sent') GROUP BY 1`;
const APPLY = `
  WITH event AS (
    ${rowsOf(`attempt_id uuid, state text, id uuid, provider text, provider_event_id text,
    type text, amount bigint, currency text, occurred_at timestamptz`)}
  ), applied AS (
    INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at)
    SELECT id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at FROM event
  )
  UPDATE payment_attempts a SET state = e.state, updated_at = now(), next_check_at = NULL
  FROM event e WHERE a.id = e.attempt_id`;
/** A refused refund stays pending until Till has tried MAX_TRIES times, where it gives back what the order owes. */
const END_REFUND = `
  UPDATE refunds r SET updated_at = now(), status = CASE
    WHEN $2 = 'succeeded' THEN 'succeeded'
    WHEN r.obligation_id IS NOT NULL AND (
      SELECT count(*) FROM payment_attempts a WHERE a.refund_id = r.id AND a.state IN ('declined', 'failed')
    ) < ${MAX_TRIES} THEN 'pending'
    ELSE 'failed' END
  WHERE r.id = $1`;

@Injectable()
export class AttemptsRepository {
  constructor(private readonly tx: Transaction) {}

  /**
   * A new attempt, to be looked into after so many milliseconds unless its outcome is recorded by then. The transaction fails
   * with IdempotencyKeyInUse when another one under the key of the request came first, and with OperationUnderWay when
   * one that it can not run beside is under way.
   */
  insert(attempt: Attempt, request: IdempotentRequest | undefined, checkAfterMs: number): void {
    const { id, paymentId, refundId, kind, amount, state, sends } = attempt;
    const asked = [request?.requestKey ?? null, request?.fingerprint ?? null];
    this.tx.writeBatch(INSERT, [[id, paymentId, refundId, kind, amount, state, sends, ...asked, checkAfterMs]], {
      payment_attempts_request_key_key: () => new IdempotencyKeyInUse(),
      payment_attempts_live: () => new OperationUnderWay(),
      payment_attempts_live_refund: () => new OperationUnderWay(),
    });
  }

  /**
   * What an earlier run of the same request left behind.
   * @throws AnsweredBefore: a refusal leaves nothing, and must stay one also when what was refused has become possible
   */
  async findByRequest(request: IdempotentRequest | undefined): Promise<FoundAttempt | undefined> {
    if (!request) return undefined;
    const key = request.requestKey.toString('hex');
    const [[attempt]] = await Promise.all([
      this.tx.queryBatch<FoundAttempt & Record<string, unknown>>(FIND_BY_REQUEST, [[key]]),
      assertUnanswered(),
    ]);
    return attempt;
  }

  /** Locks the attempt until the transaction ends; lock its order and payment first. */
  async lock(id: AttemptId): Promise<LockedAttempt | undefined> {
    return (await this.tx.queryBatch<LockedAttempt & Record<string, unknown>>(LOCK, [[id]]))[0];
  }

  /**
   * Attempts that are to be looked into now, longest due first, which this worker takes for a minute: of these providers, or
   * of all but these.
   */
  claim({ providers, except }: ProviderGroup, limit: number): Promise<Attempt[]> {
    return this.tx.run(() => this.tx.query<Attempt & Record<string, unknown>>(CLAIM, [providers, !except, limit]));
  }

  /** Writes what is known of an attempt whose outcome is still to come, and when to look into it again. */
  scheduleNextCheck({ id, state, sends, checks }: Attempt, inMs: number): void {
    this.tx.write(DEFER, [id, state, sends, checks, inMs]);
  }

  /** Nothing was found out about an attempt, for an error: it is looked into again later than the last time. */
  backOff({ id, checks }: Attempt): Promise<void> {
    return this.tx.run(async () => this.tx.write(BACK_OFF, [id, nextCheck(checks)]));
  }

  /** Has the attempt looked into now, though its outcome is known: what it authorised runs out some day. */
  scheduleExpiryCheck(id: AttemptId): void {
    this.tx.write(WATCH, [id]);
  }

  /** How many outcomes are not known, by how long ago the operation began. */
  openByAge(): Promise<{ age: string; attempts: number }[]> {
    return this.tx.query<{ age: string; attempts: number }>(OPEN);
  }

  /** Writes an event, which the database takes once, and the state that the attempt and its refund have after it. */
  apply(attempt: Attempt, event: ProviderEvent, provider: string): void {
    const { providerEventId, type, amount, currency, occurredAt } = event;
    const row = [newId<'evt'>(), provider, providerEventId, type, amount, currency, occurredAt];
    this.tx.writeBatch(APPLY, [[attempt.id, attempt.state, ...row]]);
    if (attempt.refundId) this.tx.write(END_REFUND, [attempt.refundId, attempt.state]);
  }
}
