import { Injectable } from '@nestjs/common';
import type { AttemptId, PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';

/** The attempt that authorised a payment. */
export interface Authorization {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly createdAt: Date;
  /** How long ago, in milliseconds, by the database's clock. */
  readonly ageMs: number;
}

/** Longer than it takes to look at a batch; and when to look again at one that could not be given up. */
const LEASE_SECONDS = 600;

/** The worker's look at an attempt that has succeeded is for what it authorised: see `AttemptsRepository.scheduleExpiryCheck`. */
const CLAIM = `
  WITH due AS (
    SELECT id FROM payment_attempts WHERE next_check_at <= now() AND state = 'succeeded'
    ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE payment_attempts a SET next_check_at = now() + ${LEASE_SECONDS} * interval '1 second' FROM due WHERE a.id = due.id
  RETURNING a.id, a.payment_id AS "paymentId", a.created_at AS "createdAt",
    extract(epoch FROM now() - a.created_at)::float8 * 1000 AS "ageMs"`;
const WATCH = `
  UPDATE payment_attempts SET next_check_at = now() + $2::float8 * interval '1 millisecond'
  WHERE id = $1 AND next_check_at IS NOT NULL RETURNING 1`;
const VOIDED = `
  SELECT 1 FROM payment_attempts
  WHERE payment_id = $1 AND kind = 'void' AND state = 'succeeded' AND created_at >= $2 LIMIT 1`;

@Injectable()
export class AuthorizationsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Those that are to be looked into now, longest due first, which this worker takes for ten minutes. */
  claim(limit: number): Promise<Authorization[]> {
    return this.tx.run(() => this.tx.query<Authorization & Record<string, unknown>>(CLAIM, [limit]));
  }

  /** Sets when to look again, in milliseconds from now; null when never. Answers whether this call did it: two workers may try. */
  async scheduleExpiryCheck(id: AttemptId, inMs: number | null): Promise<boolean> {
    return (await this.tx.query(WATCH, [id, inMs])).length > 0;
  }

  /** Whether something of the payment was voided at that time or later. */
  async wasVoidedSince(paymentId: PaymentId, since: Date): Promise<boolean> {
    return (await this.tx.query(VOIDED, [paymentId, since])).length > 0;
  }
}
