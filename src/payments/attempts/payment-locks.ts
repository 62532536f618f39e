import { Injectable } from '@nestjs/common';
import { type OrderHeader, OrdersService } from '../../orders/index.js';
import { AttemptsRepository, type LockedAttempt } from './attempts.repository.js';
import type { Attempt, Payment } from '../domain/payment.js';
import { type LockedPayment, PaymentsRepository } from './payments.repository.js';

/** An attempt whose row is (about to be) committed, and the payment it belongs to. */
export interface StartedAttempt {
  readonly attempt: Attempt;
  readonly payment: Payment;
}

/** An order in the transaction that recorded what became of a payment: as it was locked, and after it. */
export interface RecordedOrder {
  readonly order: OrderHeader;
  /** The version that the order had when it was locked. */
  readonly lockedVersion: number;
}

/** Told of a payment in the transaction that changed it, before that commits. */
export type OnRecorded = (payment: Payment, recorded: RecordedOrder) => void | Promise<void>;

/** Rows that belong together, locked. */
export interface LockedRows {
  readonly order: OrderHeader;
  readonly payment: LockedPayment;
  readonly attempt: LockedAttempt;
}

/** Rows of an attempt and all it belongs to, locked in the order of the house: order, payment, attempt. */
@Injectable()
export class PaymentLocks {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptsRepository,
  ) {}

  async lock({ id, orderId, paymentId }: Pick<Attempt, 'id' | 'orderId' | 'paymentId'>): Promise<LockedRows> {
    const [order, payment, attempt] = await Promise.all([
      this.orders.lockForPayment(orderId),
      this.payments.lock(paymentId),
      this.attempts.lock(id),
    ]);
    if (!payment || !attempt) throw new Error(`Attempt ${id} or its payment ${paymentId} does not exist.`);
    return { order, payment, attempt };
  }
}
