import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { AttemptsRepository } from '../attempts/attempts.repository.js';
import { newAttempt } from '../attempts/new-attempt.js';
import type { LockedRows } from '../attempts/payment-locks.js';
import type { OutOfBandOperation } from '../domain/notification-decision.js';
import { setAside } from '../domain/notification-decision.js';
import type { Attempt } from '../domain/payment.js';
import { RefundsRepository } from '../attempts/refunds.repository.js';

/** The rows of a started operation. */
type BegunOperation = Omit<LockedRows, 'attempt'> & { readonly attempt: Attempt };

/** Records operations that somebody made at the provider, as if they had started in Till. */
@Injectable()
export class OutOfBandOperations {
  constructor(
    private readonly attempts: AttemptsRepository,
    private readonly refunds: RefundsRepository,
  ) {}

  /** Writes the attempt (and the refund, if it is one) and sets its amount aside. Order and payment are locked. Returns the rows. */
  async begin(
    { order, payment }: Pick<LockedRows, 'order' | 'payment'>,
    { kind, amount }: OutOfBandOperation,
  ): Promise<BegunOperation> {
    const refundId = kind === 'refund' ? newId<'rfd'>() : null;
    const attempt = newAttempt(payment, { kind, amount, refundId }, 0);
    if (refundId)
      await this.refunds.insert({ id: refundId, paymentId: payment.id, amount, reason: 'made at the provider' });
    this.attempts.insert(attempt, undefined, 0);
    return { ...setAside({ order, payment }, attempt), attempt };
  }
}
