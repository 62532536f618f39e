import { Injectable } from '@nestjs/common';
import { newId, type AttemptId } from '../shared/ids.js';
import { type ByKey, rowsOf, Transaction, type Validation } from '../platform/database/index.js';
import {
  assertUnanswered,
  IdempotencyKeyInUse,
  type IdempotentRequest,
  validateUnanswered,
} from '../platform/idempotency/index.js';
import type { OrderHeader } from '../orders/index.js';
import type { Attempt, Payment } from './domain/payment.js';
import type { ProviderEvent } from './domain/payment-reducer.js';

/** An attempt with the fingerprint of the request that made it, where a request did. */
export interface FoundAttempt extends Attempt {
  readonly fingerprint: Buffer | null;
}

/** An attempt with the ids of the provider events that were applied to it. */
export interface LockedAttempt extends Attempt {
  readonly seenEvents: readonly string[];
}

const COLUMNS = `
  a.id, a.payment_id AS "paymentId", p.order_id AS "orderId", a.refund_id AS "refundId", a.kind, a.amount, a.state,
  a.sends, a.checks, a.created_at AS "createdAt"`;
const INSERT = `
  INSERT INTO payment_attempts
    (id, payment_id, refund_id, kind, amount, state, request_key, request_fingerprint, created_at, updated_at, next_check_at)
  ${rowsOf(`id uuid, payment_id uuid, refund_id uuid, kind text, amount bigint, state text,
    request_key bytea, request_fingerprint bytea, created_at timestamptz, updated_at timestamptz,
    next_check_at timestamptz`)}`;
const FIND_BY_REQUEST = {
  sql: `
    SELECT ${COLUMNS}, encode(a.request_key, 'hex') AS request, a.request_fingerprint AS fingerprint
    FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
    WHERE a.request_key = ANY(ARRAY(SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS t (hex)))`,
  key: 'request',
} as const satisfies ByKey;
const LOCK = {
  sql: `
    SELECT ${COLUMNS}, ARRAY(SELECT e.provider_event_id FROM provider_events e WHERE e.attempt_id = a.id) AS "seenEvents"
    FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
    WHERE a.id = ANY($1::uuid[]) ORDER BY a.id FOR UPDATE OF a`,
  key: 'id',
  locks: 'attempt',
} as const satisfies ByKey;
const UNTOUCHED = {
  sql: `
    WITH known AS (${rowsOf('id uuid, payment_id uuid, payment_version int')})
    SELECT refuse_stale(count(*) <> cardinality($1)) FROM known k
    JOIN payment_attempts a ON a.id = k.id AND a.state = 'started'
    JOIN payments p ON p.id = k.payment_id AND p.version = k.payment_version
    WHERE NOT EXISTS (
      SELECT FROM payments other WHERE other.order_id = p.order_id AND other.status IN ('processing', 'requires_action') AND other.id <> p.id
    )`,
  locks: 'attempt',
} as const satisfies Validation;
const FIRST = {
  sql: `
    SELECT refuse_stale(EXISTS (SELECT FROM payments WHERE order_id = ANY($1::uuid[]))
      OR EXISTS (SELECT FROM payment_attempts WHERE request_key = ANY($2::bytea[]))
      OR EXISTS (
        SELECT FROM (SELECT * FROM unnest($3::uuid[]) AS t (customer_id) ORDER BY customer_id) c
        WHERE customer_unsettled(c.customer_id) > 0
      ))`,
} as const satisfies Validation;
const DUE = `
  SELECT ${COLUMNS} FROM payment_attempts a JOIN payments p ON p.id = a.payment_id
  WHERE a.next_check_at <= $1 AND a.state <> 'succeeded' ORDER BY a.next_check_at LIMIT $2`;
const DEFER = `
  UPDATE payment_attempts SET state = $2, sends = $3, checks = $4, next_check_at = $5, updated_at = $6 WHERE id = $1`;
const WATCH = `UPDATE payment_attempts SET next_check_at = $2 WHERE id = $1`;
const OPEN = `
  SELECT CASE WHEN created_at > now() - interval '1 minute' THEN '1m'
    WHEN created_at > now() - interval '1 hour' THEN '1h'
    WHEN created_at > now() - interval '1 day' THEN '1d' ELSE 'older' END AS age, count(*)::int AS attempts
  FROM payment_attempts WHERE next_check_at IS NOT NULL AND state IN ('unknown', 'pending', 'not_sent') GROUP BY 1`;
const APPLY = `
  WITH event AS (
    ${rowsOf(`attempt_id uuid, state text, now timestamptz, id uuid, provider text, provider_event_id text,
    type text, amount bigint, currency text, occurred_at timestamptz`)}
  ), applied AS (
    INSERT INTO provider_events (id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at)
    SELECT id, provider, provider_event_id, attempt_id, type, amount, currency, occurred_at FROM event
  )
  UPDATE payment_attempts a SET state = e.state, updated_at = e.now, next_check_at = NULL
  FROM event e WHERE a.id = e.attempt_id`;
const END_REFUND = `
  UPDATE refunds SET status = CASE $2 WHEN 'succeeded' THEN 'succeeded' ELSE 'failed' END, updated_at = $3 WHERE id = $1`;

@Injectable()
export class AttemptsRepository {
  constructor(private readonly tx: Transaction) {}

  /**
   * A new attempt, to be looked into at `nextCheckAt` unless its outcome is recorded by then. The transaction fails with
   * IdempotencyKeyInUse when another one under the key of the request came first.
   */
  insert(attempt: Attempt, request: IdempotentRequest | undefined, nextCheckAt: Date): void {
    const { id, paymentId, refundId, kind, amount, state, createdAt } = attempt;
    const asked = [request?.requestKey ?? null, request?.fingerprint ?? null];
    this.tx.writeEach(
      INSERT,
      [[id, paymentId, refundId, kind, amount, state, ...asked, createdAt, createdAt, nextCheckAt]],
      { payment_attempts_request_key_key: () => new IdempotencyKeyInUse() },
    );
  }

  /**
   * What an earlier run of the same request left behind.
   * @throws AnsweredBefore: a refusal leaves nothing, and must stay one also when what was refused has become possible
   */
  async findByRequest(request: IdempotentRequest | undefined): Promise<FoundAttempt | undefined> {
    if (!request) return undefined;
    const key = request.requestKey.toString('hex');
    const [[attempt]] = await Promise.all([
      this.tx.each<FoundAttempt & Record<string, unknown>>(FIND_BY_REQUEST, [[key]]),
      assertUnanswered(),
    ]);
    return attempt;
  }

  /** Locks the attempt until the transaction ends; lock its order and payment first. */
  async lock(id: AttemptId): Promise<LockedAttempt | undefined> {
    return (await this.tx.each<LockedAttempt & Record<string, unknown>>(LOCK, [[id]]))[0];
  }

  /**
   * Has the transaction, in which the order is locked, fail when it has a payment, when its customer has one of the last hour
   * that was declined or is under way, or when the request was answered or has started an attempt.
   */
  assertFirst(order: Pick<OrderHeader, 'id' | 'customerId'>, request: IdempotentRequest | undefined): void {
    this.tx.validate(FIRST, [[order.id, request?.requestKey ?? null, order.customerId]]);
    validateUnanswered();
  }

  /**
   * Has the transaction, in which their order is locked, fail unless attempt and payment are as they were started, and no other
   * payment of the order waits for its shopper.
   */
  assertUntouched({ id }: Attempt, payment: Payment): void {
    this.tx.validate(UNTOUCHED, [[id, payment.id, payment.version]]);
  }

  /** Attempts that are to be looked into now, longest due first. */
  due(now: Date, limit: number): Promise<Attempt[]> {
    return this.tx.query<Attempt & Record<string, unknown>>(DUE, [now, limit]);
  }

  /** Writes what is known of an attempt whose outcome is still to come, and when to look into it again. */
  defer({ id, state, sends, checks }: Attempt, nextCheckAt: Date, now: Date): void {
    this.tx.write(DEFER, [id, state, sends, checks, nextCheckAt, now]);
  }

  /** Has the attempt looked into at a time, though its outcome is known: what it authorised runs out some day. */
  watch(id: AttemptId, at: Date): void {
    this.tx.write(WATCH, [id, at]);
  }

  /** How many outcomes are not known, by how long ago the operation began. */
  openByAge(): Promise<{ age: string; attempts: number }[]> {
    return this.tx.query<{ age: string; attempts: number }>(OPEN);
  }

  /** Writes an event, which the database takes once, and the state that the attempt and its refund have after it. */
  apply(attempt: Attempt, event: ProviderEvent, provider: string, now: Date): void {
    const { providerEventId, type, amount, currency, occurredAt } = event;
    const row = [newId<'evt'>(), provider, providerEventId, type, amount, currency, occurredAt];
    this.tx.writeEach(APPLY, [[attempt.id, attempt.state, now, ...row]]);
    if (attempt.refundId) this.tx.write(END_REFUND, [attempt.refundId, attempt.state, now]);
  }
}
