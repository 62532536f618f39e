import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { Transaction } from '../../platform/database/index.js';
import { hasEnded } from '../../orders/index.js';
import { AttemptsRepository } from './attempts.repository.js';
import { EventRecorder } from './event-recorder.js';
import { ABANDONED_AFTER_MS, MAX_SENDS } from '../domain/check-schedule.js';
import { abandonedEvent } from '../domain/abandoned-attempt.js';
import { type Attempt, isOpen } from '../domain/payment.js';
import { type LockedRows, PaymentLocks, type StartedAttempt } from './payment-locks.js';

/** Attempts that their provider has no record of: sends each again while it is wanted, up to MAX_SENDS times, or records it as failed. */
@Injectable()
export class UnsentAttempts {
  constructor(
    private readonly tx: Transaction,
    private readonly locks: PaymentLocks,
    private readonly events: EventRecorder,
    private readonly attempts: AttemptsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Decides under the order's lock whether to send the attempt again. Returns the attempt, counted as sent once more; undefined if
   * it was given up here, or if another process has sent or recorded it since it was read.
   */
  async decide(read: StartedAttempt): Promise<StartedAttempt | undefined> {
    await this.events.openAccounts(read.payment.currency, read.payment.provider);
    return this.tx.run(async () => {
      const locked = await this.locks.lock(read.attempt);
      if (!isAsRead(locked.attempt, read.attempt)) return undefined;
      if (!isWanted(locked)) return this.giveUp(locked);
      return { attempt: this.countSend({ ...locked.attempt, checks: read.attempt.checks }), payment: locked.payment };
    });
  }

  /**
   * Decides under the order's lock whether an attempt of an earlier run may be sent. Returns it, counted as sent once more, so that nobody gives it up
   * while the provider is called; undefined if it was recorded meanwhile, or takes money for an order that has ended.
   */
  resume(started: StartedAttempt): Promise<StartedAttempt | undefined> {
    return this.tx.run(async () => {
      const locked = await this.locks.lock(started.attempt);
      if (!isOpen(locked.attempt) || !mayRun(locked)) return undefined;
      return { ...started, attempt: this.countSend(locked.attempt) };
    });
  }

  private countSend(attempt: Attempt): Attempt {
    const counted = { ...attempt, sends: attempt.sends + 1 };
    this.attempts.scheduleNextCheck(counted, ABANDONED_AFTER_MS);
    return counted;
  }

  private giveUp(rows: LockedRows): undefined {
    const now = this.clock.now();
    this.events.record(rows, abandonedEvent(rows.attempt, rows.payment, now), now);
  }
}

function isAsRead(now: Attempt, read: Attempt): boolean {
  return isOpen(now) && now.state === read.state && now.sends === read.sends;
}

function isWanted(rows: LockedRows): boolean {
  return rows.attempt.sends < MAX_SENDS && mayRun(rows);
}

/** Whether an attempt may run: one that takes money may not once its order has ended. Voids and refunds always may. */
export function mayRun({ order, attempt: { kind } }: LockedRows): boolean {
  return !hasEnded(order) || kind === 'void' || kind === 'refund';
}
