import { Injectable } from '@nestjs/common';
import { NotFound } from '../../shared/errors.js';
import { encodeId, type OrderId, type PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { type OrderHeader, OrdersService } from '../../orders/index.js';
import { AttemptStarter } from './attempt-starter.js';
import { causeOf } from '../domain/overpayment.js';
import { type Payment, withPending } from '../domain/payment.js';
import { movedBetween } from '../domain/payment-reducer.js';
import { AmountTooLarge } from '../domain/payment.errors.js';
import type { AttemptRequest } from './new-attempt.js';
import { PaymentsRepository } from './payments.repository.js';
import type { StartedAttempt } from './payment-locks.js';

/** Says which operation a locked payment is to have. May read what the locks of order and payment keep as it is. */
export type Modification = (payment: Payment) => AttemptRequest | Promise<AttemptRequest>;

/** What was begun, and the order after it. */
export interface BegunModification {
  readonly order: OrderHeader;
  readonly started: StartedAttempt;
}

/**
 * The first transaction of what follows an authorization: under the payment's lock the amount is set aside, so that
 * operations at once can't together take more than there is, and the attempt is committed.
 */
@Injectable()
export class PaymentModifications {
  constructor(
    private readonly tx: Transaction,
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptStarter,
  ) {}

  /** Starts what is planned, or returns what an earlier run of the same request started. @throws NotFound, ProviderNotConfigured */
  start(orderId: OrderId, paymentId: PaymentId, plan: Modification): Promise<StartedAttempt> {
    return this.tx.run(async () => {
      const [order, payment, earlier] = await Promise.all([
        this.orders.lockForPayment(orderId),
        this.payments.lock(paymentId),
        this.attempts.findPreviousRun(),
      ]);
      if (!payment) throw new NotFound('payment', encodeId('pay', paymentId));
      if (earlier) return earlier;
      this.attempts.assertCanCall(payment);
      return this.begin(order, payment, await plan(payment)).started;
    });
  }

  /** Begins what is asked for with the running transaction, in which the order and the payment are locked. */
  begin(order: OrderHeader, before: Payment, request: AttemptRequest): BegunModification {
    const payment = this.payments.save(withPending(before, request));
    const moved = movedBetween(before, payment);
    return {
      order: this.orders.recordMoney(order, moved, causeOf(order, payment)),
      started: this.attempts.start(payment, request),
    };
  }
}

/**
 * How much an operation takes, in minor units: what is wanted, or all that is left beside what is under way.
 * @throws AmountTooLarge
 */
export function amountOf(what: string, wanted: number | undefined, left: number, underWay: number): number {
  if (wanted !== undefined && wanted > left) throw new AmountTooLarge(what, wanted, left, underWay);
  return wanted ?? left;
}
