import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors.js';
import { encodeId, type OrderId, type PaymentId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { OrdersService } from '../orders/index.js';
import { type AttemptPlan, Attempts } from './attempts.js';
import type { Payment } from './domain/payment.js';
import { movedBetween } from './domain/payment-reducer.js';
import { AmountTooLarge } from './payment-errors.js';
import { PaymentsRepository } from './payments.repository.js';
import type { Started } from './settlement.js';

/** Sets an amount of a locked payment aside, and says which operation it is for. */
export type Plan = (payment: Payment) => AttemptPlan;

/** An order may have so many payments that money could come back from. */
const MAX_PAYMENTS = 100;

/**
 * The first transaction of what follows an authorization: under the payment's lock the amount is set aside, so that
 * operations at once can't together take more than there is, and the attempt is committed.
 */
@Injectable()
export class Operations {
  constructor(
    private readonly tx: Transaction,
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly attempts: Attempts,
  ) {}

  /** Starts what is planned, or answers what an earlier run of the same request started. @throws NotFound */
  start(orderId: OrderId, paymentId: PaymentId, plan: Plan): Promise<Started> {
    return this.tx.run(async () => {
      const [order, payment, earlier] = await Promise.all([
        this.orders.lockForPayment(orderId),
        this.payments.lock(paymentId),
        this.attempts.earlier(),
      ]);
      if (!payment) throw new NotFound('payment', encodeId('pay', paymentId));
      if (earlier) return earlier;
      const before = { ...payment };
      const planned = plan(payment);
      this.payments.save(payment);
      this.orders.recordMoney(order, movedBetween(before, payment));
      return this.attempts.start(payment, planned);
    });
  }

  /** All payments of an order, newest first. */
  paymentsOf(orderId: OrderId): Promise<Payment[]> {
    return this.payments.list({ orderId, limit: MAX_PAYMENTS });
  }
}

/**
 * How much an operation takes: what is wanted, or all that is left.
 * @throws AmountTooLarge
 */
export function amountOf(what: string, wanted: number | undefined, left: number): number {
  if (wanted !== undefined && wanted > left) throw new AmountTooLarge(what, wanted, left);
  return wanted ?? left;
}
