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

/** Chooses the operation for a locked payment of a locked order. May read rows that the locks of order and payment keep stable. */
export type Modification = (payment: Payment, order: OrderHeader) => AttemptRequest | Promise<AttemptRequest>;

/** The started attempt, and the order after it. */
export interface BegunModification {
  readonly order: OrderHeader;
  readonly started: StartedAttempt;
}

/**
 * The first transaction of a capture, void or refund: it sets the amount aside under the payment's lock, so that concurrent
 * operations can't take more than there is, and commits the attempt.
 */
@Injectable()
export class PaymentModifications {
  constructor(
    private readonly tx: Transaction,
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptStarter,
  ) {}

  /** Starts the planned operation, or returns the one that an earlier run of the request started. @throws NotFound, ProviderNotConfigured */
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
      return this.begin(order, payment, await plan(payment, order)).started;
    });
  }

  /** Starts an operation in the running transaction, in which order and payment are locked. */
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
 * Returns the amount of an operation in minor units: the wanted amount, or all that is left beside operations in progress.
 * @throws AmountTooLarge
 */
export function amountOf(what: string, wanted: number | undefined, left: number, underWay: number): number {
  if (wanted !== undefined && wanted > left) throw new AmountTooLarge(what, wanted, left, underWay);
  return wanted ?? left;
}
