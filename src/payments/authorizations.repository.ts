import { Injectable } from '@nestjs/common';
import type { AttemptId, PaymentId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';

/** The attempt that authorised a payment. */
export interface Authorization {
  readonly id: AttemptId;
  readonly paymentId: PaymentId;
  readonly createdAt: Date;
}

/** The worker's look at an attempt that has succeeded is for what it authorised: see `AttemptsRepository.watch`. */
const DUE = `
  SELECT id, payment_id AS "paymentId", created_at AS "createdAt" FROM payment_attempts
  WHERE next_check_at <= $1 AND state = 'succeeded' ORDER BY next_check_at LIMIT $2`;
const WATCH = `UPDATE payment_attempts SET next_check_at = $2 WHERE id = $1 AND next_check_at IS NOT NULL RETURNING 1`;
const VOIDED = `
  SELECT 1 FROM payment_attempts
  WHERE payment_id = $1 AND kind = 'void' AND state = 'succeeded' AND created_at >= $2 LIMIT 1`;

@Injectable()
export class AuthorizationsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Those that are to be looked into now, longest due first. */
  due(now: Date, limit: number): Promise<Authorization[]> {
    return this.tx.query<Authorization & Record<string, unknown>>(DUE, [now, limit]);
  }

  /** Sets when to look again; null when never. Answers whether this call did it: two workers may try. */
  async watch(id: AttemptId, at: Date | null): Promise<boolean> {
    return (await this.tx.query(WATCH, [id, at])).length > 0;
  }

  /** Whether something of the payment was voided at that time or later. */
  async wasVoidedSince(paymentId: PaymentId, since: Date): Promise<boolean> {
    return (await this.tx.query(VOIDED, [paymentId, since])).length > 0;
  }
}
