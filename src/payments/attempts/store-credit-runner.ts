import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import { Transaction } from '../../platform/database/index.js';
import { EventRecorder } from './event-recorder.js';
import { abandonedEvent } from '../domain/abandoned-attempt.js';
import { type Attempt, isOpen, isRefused, type Payment } from '../domain/payment.js';
import { type LockedRows, PaymentLocks, type OnRecorded } from './payment-locks.js';
import { StoreCreditPayments } from './store-credit-payments.js';
import { mayRun } from './unsent-attempts.js';

/** Executes attempts with store credit: the money moves in the transaction that records it. */
@Injectable()
export class StoreCreditRunner {
  constructor(
    private readonly tx: Transaction,
    private readonly locks: PaymentLocks,
    private readonly events: EventRecorder,
    private readonly storeCredit: StoreCreditPayments,
    private readonly clock: Clock,
  ) {}

  /** Returns the payment after it; calls `recorded` in the same transaction. Takes nothing for an order that has ended. */
  run(attempt: Attempt, recorded: OnRecorded): Promise<Payment> {
    return this.tx.run(async () => {
      const locked = await this.locks.lock(attempt);
      const { order, payment, attempt: after } = await this.record(locked);
      if (isOpen(locked.attempt))
        await recorded(payment, {
          order,
          lockedVersion: locked.order.version,
          isOpen: false,
          isRefused: isRefused(after),
        });
      return payment;
    });
  }

  private async record(rows: LockedRows): Promise<LockedRows> {
    const { payment, attempt } = rows;
    if (!isOpen(attempt)) return rows;
    const now = this.clock.now();
    if (!mayRun(rows)) return this.events.record(rows, abandonedEvent(attempt, payment, now), now);
    const { event, order: booked } = await this.storeCredit.carryOut(rows, now);
    return this.events.record({ ...rows, order: booked }, event, now);
  }
}
