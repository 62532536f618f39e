import { Injectable } from '@nestjs/common';
import { NotFound } from '../../shared/errors.js';
import { encodeId, type OrderId, type PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { type OrderHeader, OrdersService } from '../../orders/index.js';
import { type AttemptRequest, AttemptStarter } from './attempt-starter.js';
import { causeOf } from '../domain/overpayment.js';
import type { Payment } from '../domain/payment.js';
import { movedBetween } from '../domain/payment-reducer.js';
import { AmountTooLarge } from '../domain/payment.errors.js';
import { PaymentsRepository } from './payments.repository.js';
import type { StartedAttempt } from './payment-locks.js';

/** Sets an amount of a locked payment aside, and says which operation it is for. */
export type Modification = (payment: Payment) => AttemptRequest;
/** Like `Plan`; may read what the locks of order and payment keep as it is. */
export type ReadingModification = (payment: Payment) => AttemptRequest | Promise<AttemptRequest>;

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
  start(orderId: OrderId, paymentId: PaymentId, plan: ReadingModification): Promise<StartedAttempt> {
    return this.tx.run(async () => {
      const [order, payment, earlier] = await Promise.all([
        this.orders.lockForPayment(orderId),
        this.payments.lock(paymentId),
        this.attempts.findPreviousRun(),
      ]);
      if (!payment) throw new NotFound('payment', encodeId('pay', paymentId));
      if (earlier) return earlier;
      this.attempts.assertCanCall(payment);
      const before = { ...payment };
      return this.write(order, payment, before, await plan(payment));
    });
  }

  /** Starts what is planned with the running transaction, in which the order and the payment are locked. */
  begin(order: OrderHeader, payment: Payment, plan: Modification): StartedAttempt {
    const before = { ...payment };
    return this.write(order, payment, before, plan(payment));
  }

  private write(order: OrderHeader, payment: Payment, before: Payment, planned: AttemptRequest): StartedAttempt {
    this.payments.save(payment);
    this.orders.recordMoney(order, movedBetween(before, payment), causeOf(order, payment));
    return this.attempts.start(payment, planned);
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
