import { Injectable } from '@nestjs/common';
import { In, IsNull, Not } from 'typeorm';
import { newId, type AttemptId } from '../../shared/ids.js';
import { uuidv7At } from '../../shared/uuid.js';
import { Transaction } from '../../platform/database/index.js';
import type { TaxShare } from '../../orders/index.js';
import { assertUnanswered, IdempotencyKeyInUse, type IdempotentRequest } from '../../platform/idempotency/index.js';
import { nextCheck } from '../domain/check-schedule.js';
import type { Attempt, AttemptState } from '../domain/payment.js';
import { OperationUnderWay } from '../domain/payment.errors.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import { AttemptEntity } from './attempt.entity.js';
import { APPLY, DEFER, END_REFUND, FIND_BY_REQUEST, INSERT, LOCK, SURPLUS, WATCH } from './attempt-statements.js';
import { dueAttempts } from './due-attempts.js';
import type { ProviderGroup } from './provider-groups.js';

/** An attempt with the fingerprint of the request that started it, if a request did, and its age in milliseconds. */
export type FoundAttempt = Attempt & Pick<AttemptEntity, 'requestFingerprint' | 'ageMs'>;

/** An attempt with the ids of the provider events that were applied to it. */
export interface LockedAttempt extends Attempt {
  readonly seenEvents: readonly string[];
  /** What a refund of certain lines returns of each tax. */
  readonly byTax?: readonly TaxShare[];
  /** What it returns of pieces and charges that are still in the order, in minor units. */
  readonly refundedByName?: number;
  /** Whether the pieces that it names were refunded anew after it had failed, so that it counts as a refund of an amount. */
  readonly isSurplus?: boolean;
}

/** In milliseconds. */
const RECENT_MS = 600_000;
/** By the primary key, since ids begin with their time. */
const RECENT = `
  SELECT count(*)::int AS all, (count(*) FILTER (WHERE a.state IN ('unknown', 'not_sent')))::int AS unknown
  FROM payment_attempts a JOIN payments p ON p.id = a.payment_id WHERE a.id >= $2 AND p.provider = $1`;

/** Longer than the checks of one claim take, which run at once. After it, another worker may claim the attempts. */
const LEASE_SECONDS = 15;

@Injectable()
export class AttemptsRepository {
  constructor(private readonly tx: Transaction) {}

  /**
   * Writes a new attempt, to be checked after `checkAfterMs` unless its outcome is recorded by then. The transaction fails with
   * IdempotencyKeyInUse if another attempt has the request's key, and with OperationUnderWay if a conflicting attempt is in
   * progress.
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
   * Returns the attempt of an earlier run of the same request.
   * @throws AnsweredBefore if the request has its answer: a stored refusal has no attempt, and must stay a refusal
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

  /** Returns the present state of an attempt. */
  async stateOf(id: AttemptId): Promise<AttemptState> {
    return (await this.tx.repository(AttemptEntity).findOneOrFail({ select: { state: true }, where: { id } })).state;
  }

  /** Locks the attempt until the transaction ends; lock its order and payment first. */
  async lock(id: AttemptId): Promise<LockedAttempt | undefined> {
    return (await this.tx.queryBatch<LockedAttempt & Record<string, unknown>>(LOCK, [[id]]))[0];
  }

  /**
   * Claims due attempts of these providers, or of all others, for 15 seconds, longest due first. Succeeded attempts that are due
   * belong to `AuthorizationsRepository`.
   */
  claim(group: ProviderGroup, limit: number): Promise<Attempt[]> {
    return this.tx.run(async () => {
      const attempts = this.tx.repository(AttemptEntity);
      const due = await dueAttempts(attempts, group, limit).andWhere(`a.state <> 'succeeded'`).getMany();
      const leased = { nextCheckAt: () => `now() + interval '${LEASE_SECONDS} seconds'` };
      if (due.length > 0) await attempts.update({ id: In(due.map(({ id }) => id)) }, leased);
      return due;
    });
  }

  /** Writes the state of an attempt with an open outcome, and the time of its next check. */
  scheduleNextCheck(attempt: Attempt, checkAfterMs: number): void {
    this.tx.writeBatch(DEFER, [{ ...attempt, checkAfterMs }]);
  }

  /** Schedules the next check after one that failed, with a longer delay. */
  async backOff({ id, checks }: Attempt): Promise<void> {
    const later = { checks: () => 'checks + 1', nextCheckAt: () => `now() + :inMs::float8 * interval '1 millisecond'` };
    await this.tx.run(() =>
      this.tx
        .repository(AttemptEntity)
        .createQueryBuilder()
        .update()
        .set(later)
        // An outcome that was recorded meanwhile stays.
        .where({ id, nextCheckAt: Not(IsNull()) })
        .setParameter('inMs', nextCheck(checks))
        .execute(),
    );
  }

  /** Schedules a check of the succeeded attempt, because its authorization will expire. */
  scheduleExpiryCheck(id: AttemptId): void {
    this.tx.write(WATCH, [id]);
  }

  /** Returns the number of unknown outcomes by age of the operation. */
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

  /** Counts a provider's attempts of the last ten minutes, and those among them whose outcome is unknown. */
  async recent(provider: string): Promise<{ all: number; unknown: number }> {
    const since = uuidv7At(Date.now() - RECENT_MS);
    const [row] = await this.tx.query<{ all: number; unknown: number }>(RECENT, [provider, since]);
    return row!;
  }

  /** Writes an event (the database accepts it once), and the state of the attempt and its refund after it. */
  apply(
    { id: attemptId, state, refundId, isSurplus }: Attempt & Pick<LockedAttempt, 'isSurplus'>,
    event: ProviderEvent,
    provider: string,
  ): void {
    this.tx.writeBatch(APPLY, [{ ...event, id: newId<'evt'>(), attemptId, state, provider }]);
    if (!refundId) return;
    // Before it succeeds: the database counts the pieces of refunds that did.
    if (isSurplus && event.type === 'refunded') this.tx.write(SURPLUS, [refundId]);
    this.tx.write(END_REFUND, [refundId]);
  }
}
