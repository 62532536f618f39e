import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { type OutOfBandOperation, setAside } from '../domain/notification-decision.js';
import type { Attempt } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import { AttemptsRepository } from './attempts.repository.js';
import { EventRecorder } from './event-recorder.js';
import { newAttempt } from './new-attempt.js';
import type { LockedRows } from './payment-locks.js';
import { RefundsRepository } from './refunds.repository.js';

/** The rows of a started operation. */
type BegunOperation = Omit<LockedRows, 'attempt'> & { readonly attempt: Attempt };

/** Records operations that Till did not ask for, as if they had started in Till: made at the provider, or the end of an authorization. */
@Injectable()
export class OutOfBandOperations {
  constructor(
    private readonly attempts: AttemptsRepository,
    private readonly refunds: RefundsRepository,
    private readonly events: EventRecorder,
  ) {}

  /**
   * Writes the attempt (and the refund, if it is one), sets its amount aside and records its event. Order and payment are locked. Returns the rows
   * after it.
   */
  async record(
    rows: Pick<LockedRows, 'order' | 'payment'>,
    operation: OutOfBandOperation,
    eventOf: (attempt: Attempt) => ProviderEvent,
    now: Date,
  ): Promise<BegunOperation> {
    const begun = await this.begin(rows, operation);
    return this.events.record(begun, eventOf(begun.attempt), now);
  }

  private async begin(
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
