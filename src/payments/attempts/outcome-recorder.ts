import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { encodeId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { Logger } from '../../platform/logging/index.js';
import { EventRecorder } from './event-recorder.js';
import { decide, setAside } from '../domain/notification-decision.js';
import { type Attempt, isOpen, isRefused, type Payment } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import { warnOfSurplus } from './returned-refund.js';
import { type LockedRows, PaymentLocks, type OnRecorded, type StartedAttempt } from './payment-locks.js';
import type { Outcome } from '../providers/provider.js';

/** A provider's response, and the time until which the order keeps its stock if the outcome stays open. */
export interface Answer {
  readonly outcome: Outcome;
  readonly heldUntil: Date;
}

/** Records a provider's response in one transaction. */
@Injectable()
export class OutcomeRecorder {
  constructor(
    private readonly tx: Transaction,
    private readonly locks: PaymentLocks,
    private readonly events: EventRecorder,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /** Returns the payment after it; calls `recorded` in the same transaction. Safe to repeat. */
  async record(started: StartedAttempt, { outcome, heldUntil }: Answer, recorded: OnRecorded): Promise<Payment> {
    await this.events.openAccounts(started.payment.currency, started.payment.provider);
    const recording = async () => {
      const locked = await this.locks.lock(started.attempt);
      const rows = { ...locked, attempt: counted(locked.attempt, started.attempt) };
      const { order, payment, attempt } = this.apply(rows, { outcome, heldUntil });
      // Otherwise an earlier run of the request kept its response, or a webhook came first.
      if (isOpen(locked.attempt))
        await recorded(payment, {
          order,
          lockedVersion: locked.order.version,
          isOpen: isOpen(attempt),
          isRefused: isRefused(attempt),
        });
      return payment;
    };
    return this.tx.run(recording, { group: 'payments.record' });
  }

  private apply(rows: LockedRows, { outcome, heldUntil }: Answer): LockedRows {
    if (outcome.state !== 'completed')
      return isOpen(rows.attempt)
        ? this.events.scheduleNextCheck(rows, outcome, { now: this.clock.now(), heldUntil })
        : rows;
    const payment = { ...rows.payment, reference: outcome.reference ?? rows.payment.reference };
    const news = outcome.events.filter(({ providerEventId }) => !rows.attempt.seenEvents.includes(providerEventId));
    return news.reduce((after, event) => this.applyEvent(after, event, heldUntil), { ...rows, payment });
  }

  /** Decides on a response as on a webhook: the attempt may have been closed or given up since it was sent. */
  private applyEvent(rows: LockedRows, event: ProviderEvent, heldUntil: Date): LockedRows {
    const { payment, attempt } = rows;
    const decision = decide(payment, attempt, true, event);
    const now = this.clock.now();
    if (decision.do === 'apply') {
      const ready = decision.again ? { ...rows, ...setAside(rows, attempt) } : rows;
      const after = this.events.record(ready, event, now);
      warnOfSurplus(this.logger, attempt, after.attempt);
      return after;
    }
    if (decision.do === 'ignore' || decision.do === 'begin') return rows;
    const about = { attemptId: encodeId('att', attempt.id), type: event.type, reason: decision.why };
    this.logger.error(
      "a provider's response contradicts the payment and was not applied: check the payment at the provider",
      about,
    );
    return isOpen(attempt) ? this.events.scheduleNextCheck(rows, { state: 'unknown' }, { now, heldUntil }) : rows;
  }
}

/** Counts sends and checks that happened meanwhile too. */
function counted<A extends Attempt>(attempt: A, { sends, checks }: Attempt): A {
  return { ...attempt, sends: Math.max(attempt.sends, sends), checks: Math.max(attempt.checks, checks) };
}
