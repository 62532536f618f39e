import { Injectable } from '@nestjs/common';
import { Column, In, IsNull, Not } from 'typeorm';
import { newId, type AttemptId } from '../../shared/ids.js';
import { type BatchQuery, columnsOf, Transaction, valuesOf } from '../../platform/database/index.js';
import { assertUnanswered, IdempotencyKeyInUse, type IdempotentRequest } from '../../platform/idempotency/index.js';
import { MAX_TRIES, nextCheck } from '../domain/check-schedule.js';
import type { Attempt, AttemptState } from '../domain/payment.js';
import { OperationUnderWay } from '../domain/payment.errors.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import { AttemptEntity } from './attempt.entity.js';
import { PaymentEntity } from './payment.entity.js';
import { ProviderEventEntity } from './provider-event.entity.js';

/** An attempt with the fingerprint of the request that made it, where a request did, and its age in milliseconds. */
export type FoundAttempt = Attempt & Pick<AttemptEntity, 'requestFingerprint' | 'ageMs'>;

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
/** An attempt, and in how many milliseconds a worker looks at it; the time is the database's. */
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
const INSERT = {
  ...ADDED,
  sql: `INSERT INTO payment_attempts (${columns}, next_check_at) SELECT ${columns}, ${NEXT_CHECK} FROM (${ADDED.sql}) t`,
};
const DEFERRED = valuesOf(ScheduledAttempt, ['id', 'state', 'sends', 'checks', 'checkAfterMs']);
const DEFER = {
  ...DEFERRED,
  sql: `
    UPDATE payment_attempts a SET state = t.state, sends = t.sends, checks = t.checks, updated_at = now(),
      next_check_at = ${NEXT_CHECK}
    FROM (${DEFERRED.sql}) t WHERE a.id = t.id`,
};
const WATCH = 'UPDATE payment_attempts SET next_check_at = now() WHERE id = $1';
const FIND_BY_REQUEST = {
  sql: `
    SELECT ${columnsOf(AttemptEntity, 'a', [...ATTEMPT, 'requestFingerprint', 'ageMs'])}, encode(a.request_key, 'hex') AS request
    FROM payment_attempts a
    WHERE a.request_key = ANY(ARRAY(SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS t (hex)))`,
  key: 'request',
} as const satisfies BatchQuery;
const LOCK = {
  sql: `
    SELECT ${columnsOf(AttemptEntity, 'a', ATTEMPT)},
      ARRAY(SELECT e.provider_event_id FROM provider_events e WHERE e.attempt_id = a.id) AS "seenEvents"
    FROM payment_attempts a WHERE a.id = ANY($1::uuid[]) ORDER BY a.id FOR UPDATE`,
  key: 'id',
  locks: 'attempt',
} as const satisfies BatchQuery;

/** An event, with the state that its attempt has after it. */
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
const APPLY = {
  ...RECORDED,
  sql: `
    WITH event AS (${RECORDED.sql}), applied AS (
      INSERT INTO provider_events (${valuesOf(ProviderEventEntity, EVENT).columns})
      SELECT ${valuesOf(ProviderEventEntity, EVENT).columns} FROM event
    )
    UPDATE payment_attempts a SET state = e.state, updated_at = now(), next_check_at = NULL
    FROM event e WHERE a.id = e.attempt_id`,
};
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
    const { requestKey = null, fingerprint: requestFingerprint = null } = request ?? {};
    this.tx.writeBatch(INSERT, [{ ...attempt, requestKey, requestFingerprint, checkAfterMs }], {
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
   * Takes attempts that are due, longest due first, for 15 seconds: of these providers, or of all but these.
   * An attempt that has succeeded is due for what it authorised: see `AuthorizationsRepository`.
   */
  claim({ providers, except }: ProviderGroup, limit: number): Promise<Attempt[]> {
    return this.tx.run(async () => {
      const attempts = this.tx.repository(AttemptEntity);
      const due = await attempts
        .createQueryBuilder('a')
        .innerJoin(PaymentEntity, 'p', 'p.id = a.paymentId')
        .where(`a.nextCheckAt <= now() AND a.state <> 'succeeded'`)
        .andWhere('(p.provider = ANY(:providers)) = :named', { providers, named: !except })
        .orderBy('a.nextCheckAt')
        .limit(limit)
        .setLock('pessimistic_write', undefined, ['a'])
        .setOnLocked('skip_locked')
        .getMany();
      const leased = { nextCheckAt: () => `now() + interval '${LEASE_SECONDS} seconds'` };
      if (due.length > 0) await attempts.update({ id: In(due.map(({ id }) => id)) }, leased);
      return due;
    });
  }

  /** Writes what is known of an attempt whose outcome is still to come, and when to look into it again. */
  scheduleNextCheck(attempt: Attempt, checkAfterMs: number): void {
    this.tx.writeBatch(DEFER, [{ ...attempt, checkAfterMs }]);
  }

  /** Nothing was found out about an attempt, for an error: it is looked into again later than the last time. */
  async backOff({ id, checks }: Attempt): Promise<void> {
    const later = { checks: () => 'checks + 1', nextCheckAt: () => `now() + :inMs::float8 * interval '1 millisecond'` };
    await this.tx.run(() =>
      this.tx
        .repository(AttemptEntity)
        .createQueryBuilder()
        .update()
        .set(later)
        // Whoever has recorded its outcome meanwhile is right.
        .where({ id, nextCheckAt: Not(IsNull()) })
        .setParameter('inMs', nextCheck(checks))
        .execute(),
    );
  }

  /** Has the attempt looked into now, though its outcome is known: what it authorised runs out some day. */
  scheduleExpiryCheck(id: AttemptId): void {
    this.tx.write(WATCH, [id]);
  }

  /** How many outcomes are not known, by how long ago the operation began. */
  openByAge(): Promise<{ age: string; attempts: number }[]> {
    return this.tx
      .repository(AttemptEntity)
      .createQueryBuilder('a')
      .select(
        `CASE WHEN a.createdAt > now() - interval '1 minute' THEN '1m'
          WHEN a.createdAt > now() - interval '1 hour' THEN '1h'
          WHEN a.createdAt > now() - interval '1 day' THEN '1d' ELSE 'older' END`,
        'age',
      )
      .addSelect('count(*)::int', 'attempts')
      .where(`a.nextCheckAt IS NOT NULL AND a.state IN ('unknown', 'pending', 'not_sent')`)
      .groupBy('age')
      .getRawMany<{ age: string; attempts: number }>();
  }

  /** Writes an event, which the database takes once, and the state that the attempt and its refund have after it. */
  apply({ id: attemptId, state, refundId }: Attempt, event: ProviderEvent, provider: string): void {
    this.tx.writeBatch(APPLY, [{ ...event, id: newId<'evt'>(), attemptId, state, provider }]);
    if (refundId) this.tx.write(END_REFUND, [refundId, state]);
  }
}
