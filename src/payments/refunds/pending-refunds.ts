import { Injectable } from '@nestjs/common';
import { applyMoney } from '../../orders/index.js';
import { type LockedRows, PaymentLocks, type StartedAttempt } from '../attempts/payment-locks.js';
import { PaymentPostings } from '../attempts/payment-postings.js';
import { RefundLinesRepository } from '../attempts/refund-lines.repository.js';
import { RefundsRepository } from '../attempts/refunds.repository.js';

/** Refunds that are in progress. */
@Injectable()
export class PendingRefunds {
  constructor(
    private readonly locks: PaymentLocks,
    private readonly refunds: RefundsRepository,
    private readonly lines: RefundLinesRepository,
    private readonly postings: PaymentPostings,
  ) {}

  /** Locks a refund, with the order as it is once all others that are in progress have succeeded. Writes nothing. */
  async lockAfter({ attempt }: StartedAttempt): Promise<LockedRows> {
    const rows = await this.locks.lock(attempt);
    let { order } = rows;
    for (const { id, amount, status } of await this.refunds.openOf(order.id)) {
      if (id === attempt.refundId || status !== 'pending') continue;
      const booked = this.postings.entriesOfRefund(order, rows.payment, amount, await this.lines.byTax(order.id, id));
      order = applyMoney(booked.order, { refunded: amount, refundPending: -amount });
    }
    return { ...rows, order };
  }
}
