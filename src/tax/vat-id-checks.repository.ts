import { Injectable } from '@nestjs/common';
import { newId, type UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import type { ViesAnswer } from './domain/vies-answer.js';
import { VatIdCheckEntity } from './vat-id-check.entity.js';

/** An official check that a worker makes. */
export interface DueCheck {
  readonly userId: UserId;
  readonly vatId: string;
  /** How often in a row VIES gave no answer, this time included. */
  readonly attempts: number;
}

/**
 * The check of a worker that dies is due again after two minutes. VIES is asked about another id of the same customer a minute
 * later at the earliest, so that nobody uses the shop to try ids.
 */
const CLAIM = `
  UPDATE tax_statuses SET check_due_at = $1::timestamptz + interval '2 minutes', check_attempts = check_attempts + 1
  WHERE user_id = (
    SELECT user_id FROM tax_statuses s WHERE check_due_at <= $1 AND NOT EXISTS (
      SELECT FROM vat_id_checks c
      WHERE c.user_id = s.user_id AND c.vat_id <> s.vat_id AND c.asked_at > $1::timestamptz - interval '1 minute')
    ORDER BY check_due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING user_id AS "userId", vat_id AS "vatId", check_attempts AS attempts`;
/** Nothing, if the customer named another id meanwhile. */
const ANSWERED = `
  UPDATE tax_statuses SET vat_id_state = $3, vat_id_confirmed_by = CASE WHEN $3 = 'valid' THEN vat_id_confirmed_by END,
    vat_id_checked_at = $4, check_due_at = $5, check_attempts = 0, check_error = NULL, updated_at = now()
  WHERE user_id = $1 AND vat_id = $2`;
const UNANSWERED = `UPDATE tax_statuses SET check_due_at = $3, check_error = $4 WHERE user_id = $1 AND vat_id = $2`;

/** Claims official checks that are due, and records what VIES answered. */
@Injectable()
export class VatIdChecksRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns the check that is due longest, for this worker alone; undefined if none is. */
  async claim(now: Date): Promise<DueCheck | undefined> {
    const [due] = await this.tx.run(() => this.tx.query<DueCheck & Record<string, unknown>>(CLAIM, [now]));
    return due;
  }

  /** Keeps the evidence, and changes the status if it is still of this VAT id. */
  answered(
    { userId, vatId }: DueCheck,
    { valid, consultationNumber, answer }: Exclude<ViesAnswer, { unanswered: string }>,
    { askedAt, nextAt }: { readonly askedAt: Date; readonly nextAt: Date },
  ): Promise<void> {
    return this.tx.run(async () => {
      const check = { id: newId<'vck'>(), userId, vatId, valid, consultationNumber, answer, askedAt };
      await this.tx.repository(VatIdCheckEntity).insert(check);
      await this.tx.query(ANSWERED, [userId, vatId, valid ? 'valid' : 'invalid', askedAt, nextAt]);
    });
  }

  async unanswered({ userId, vatId }: DueCheck, reason: string, nextAt: Date): Promise<void> {
    await this.tx.run(() => this.tx.query(UNANSWERED, [userId, vatId, nextAt, reason]));
  }
}
