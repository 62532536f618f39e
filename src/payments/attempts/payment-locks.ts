import { Injectable } from '@nestjs/common';
import { type OrderHeader, OrdersService } from '../../orders/index.js';
import { AttemptsRepository, type LockedAttempt } from './attempts.repository.js';
import type { Attempt, Payment } from '../domain/payment.js';
import { RefundLinesRepository } from './refund-lines.repository.js';
import { type LockedPayment, PaymentsRepository } from './payments.repository.js';

/** An attempt with its payment. Its row is committed, or will be with the running transaction. */
export interface StartedAttempt {
  readonly attempt: Attempt;
  readonly payment: Payment;
  /** Whether an earlier run of the request started it, and may have called the provider. */
  readonly isResumed?: boolean;
}

/** An order in the transaction that recorded a payment's outcome: the version that was locked, and the order after it. */
export interface RecordedOrder {
  readonly order: OrderHeader;
  /** The version that the order had when it was locked. */
  readonly lockedVersion: number;
  /** Whether the operation's outcome is still to come. */
  readonly isOpen: boolean;
  /** Whether the operation was refused, or was given up without reaching its provider. */
  readonly isRefused: boolean;
}

/** Called with a payment in the transaction that recorded what its operation came to, before the commit; not when that was recorded before. */
export type OnRecorded = (payment: Payment, recorded: RecordedOrder) => void | Promise<void>;

/** The locked rows of one attempt. */
export interface LockedRows {
  readonly order: OrderHeader;
  readonly payment: LockedPayment;
  readonly attempt: LockedAttempt;
}

/** Locks an attempt with its order and payment, in this order: order, payment, attempt. */
@Injectable()
export class PaymentLocks {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptsRepository,
    private readonly refundLines: RefundLinesRepository,
  ) {}

  async lock({ id, orderId, paymentId }: Pick<Attempt, 'id' | 'orderId' | 'paymentId'>): Promise<LockedRows> {
    const [order, payment, attempt] = await Promise.all([
      this.orders.lockForPayment(orderId),
      this.payments.lock(paymentId),
      this.attempts.lock(id),
    ]);
    if (!payment || !attempt) throw new Error(`Attempt ${id} or its payment ${paymentId} does not exist.`);
    if (!order.taxed || !attempt.refundId) return { order, payment, attempt };
    return { order, payment, attempt: { ...attempt, byTax: await this.refundLines.byTax(orderId, attempt.refundId) } };
  }
}
