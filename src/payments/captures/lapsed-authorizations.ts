import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { Transaction } from '../../platform/database/index.js';
import { OutOfBandOperations } from '../attempts/out-of-band-operations.js';
import { PaymentLocks } from '../attempts/payment-locks.js';
import { MAX_TRIES } from '../domain/check-schedule.js';
import { type Attempt, capturable, type Payment } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import { type Authorization, AuthorizationsRepository } from './authorizations.repository.js';

/**
 * Authorizations that their provider refuses to void although it holds their money no longer. After MAX_TRIES refusals Till records by itself that
 * they expired, as it does when the provider says so.
 */
@Injectable()
export class LapsedAuthorizations {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: AuthorizationsRepository,
    private readonly locks: PaymentLocks,
    private readonly outOfBand: OutOfBandOperations,
    private readonly clock: Clock,
  ) {}

  /**
   * Records what is left of an authorization that ended at `end` as expired, and ends its checks, if it was refused to be voided often enough since and
   * nothing is under way. Returns the payment after it; undefined if nothing was recorded. Safe to repeat.
   */
  async expire(authorization: Authorization, end: Date): Promise<Payment | undefined> {
    if ((await this.repository.refusedVoidsSince(authorization.paymentId, end)) < MAX_TRIES) return undefined;
    return this.tx.run(async () => {
      const rows = await this.locks.lock(authorization);
      const amount = capturable(rows.payment);
      if (amount <= 0 || rows.payment.capturePending + rows.payment.voidPending > 0) return undefined;
      if (!(await this.repository.scheduleExpiryCheck(authorization.id, null))) return undefined;
      const eventOf = (attempt: Attempt) => lapsedEvent(authorization, attempt, rows.payment, end);
      const { payment } = await this.outOfBand.record(rows, { kind: 'void', amount }, eventOf, this.clock.now());
      return payment;
    });
  }
}

/** The event that Till records for an authorization that ended at `end`. Its id has the authorization's, so that it is recorded once. */
function lapsedEvent(
  authorization: Authorization,
  { id: attemptId, amount }: Attempt,
  { currency }: Payment,
  end: Date,
): ProviderEvent {
  const providerEventId = `till_expired_${authorization.id}`;
  return { providerEventId, attemptId, type: 'expired', amount, currency, occurredAt: end };
}
