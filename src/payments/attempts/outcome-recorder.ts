import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { encodeId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { EventRecorder } from './event-recorder.js';
import { decide, setAside } from '../domain/notification-decision.js';
import { type Attempt, isOpen, type Payment } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import { type LockedRows, PaymentLocks, type OnRecorded, type StartedAttempt } from './payment-locks.js';
import type { Outcome } from '../providers/provider.js';

/** What a provider answered, and until when the order keeps its stock should the outcome stay open. */
export interface Answer {
  readonly outcome: Outcome;
  readonly heldUntil: Date;
}

/** Records what a provider answered, in one transaction. */
@Injectable()
export class OutcomeRecorder {
  constructor(
    private readonly tx: Transaction,
    private readonly locks: PaymentLocks,
    private readonly events: EventRecorder,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /** The payment after it; `recorded` is told of it in the same transaction. Safe to repeat. */
  async record(started: StartedAttempt, { outcome, heldUntil }: Answer, recorded: OnRecorded): Promise<Payment> {
    await this.events.openAccounts(started.payment.currency, started.payment.provider);
    return this.tx.runInGroup(async () => {
      const { order, payment, attempt } = await this.locks.lockStarted(started);
      count(attempt, started.attempt);
      if (outcome.state === 'completed') {
        payment.reference = outcome.reference ?? payment.reference;
        const news = outcome.events.filter(({ providerEventId }) => !attempt.seenEvents.includes(providerEventId));
        for (const event of news) this.apply({ order, payment, attempt }, event, heldUntil);
      } else if (isOpen(attempt)) {
        this.events.scheduleNextCheck(order, payment, attempt, outcome, { now: this.clock.now(), heldUntil });
      }
      recorded(payment);
      return payment;
    }, 'payments.record');
  }

  /** An answer is judged as a webhook is: the attempt may have been closed, or given up, since it was sent. */
  private apply({ order, payment, attempt }: LockedRows, event: ProviderEvent, heldUntil: Date): void {
    const decision = decide(payment, attempt, true, event);
    if (decision.do === 'apply') {
      if (decision.again) setAside(order, payment, attempt);
      return this.events.record(order, payment, attempt, event, this.clock.now());
    }
    if (decision.do === 'ignore' || decision.do === 'begin') return;
    const about = { attemptId: encodeId('att', attempt.id), type: event.type, reason: decision.why };
    this.logger.error('an answer of a provider can not be right and was not applied: look into it', about);
    if (isOpen(attempt))
      this.events.scheduleNextCheck(
        order,
        payment,
        attempt,
        { state: 'unknown' },
        { now: this.clock.now(), heldUntil },
      );
  }
}

/** What was sent or asked meanwhile counts too. */
function count(attempt: Attempt, { sends, checks }: Attempt): void {
  attempt.sends = Math.max(attempt.sends, sends);
  attempt.checks = Math.max(attempt.checks, checks);
}
