import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type OrderId, type PaymentId, type UserId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { OrdersService } from '../orders/index.js';
import { Attempts, type Started } from './attempts.js';
import { type Payment, refundable } from './domain/payment.js';
import { AmountTooLarge, NothingToRefund } from './payment-errors.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundsRepository } from './refunds.repository.js';

export interface WantedRefund {
  /** Minor units; all that is left to give back when absent. */
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
}

/** An order may have so many payments that money could come back from. */
const MAX_PAYMENTS = 100;

/** The first transaction of a refund: sets the amount aside under the payment's lock and commits the attempt. */
@Injectable()
export class RefundStarter {
  constructor(
    private readonly tx: Transaction,
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly attempts: Attempts,
  ) {}

  /**
   * Starts a refund, or answers the one that an earlier run of the same request started.
   * @throws NotFound, NothingToRefund, AmountTooLarge
   */
  start(orderId: OrderId, paymentId: PaymentId, wanted: WantedRefund, actorId: UserId | null): Promise<Started> {
    return this.tx.run(async () => {
      const [, payment, earlier] = await Promise.all([
        this.orders.lockForPayment(orderId),
        this.payments.lock(paymentId),
        this.attempts.earlier(),
      ]);
      if (!payment) throw new NotFound('payment', encodeId('pay', paymentId));
      if (earlier) return earlier;
      const amount = amountToRefund(payment, wanted.amount);
      payment.refundPending += amount;
      this.payments.save(payment);
      const refundId = newId<'rfd'>();
      this.refunds.insert({ id: refundId, paymentId, amount, reason: wanted.reason ?? null }, actorId);
      return this.attempts.start(payment, { kind: 'refund', amount, refundId });
    });
  }

  /** Payments of the order that have something left to give back. */
  async refundablePayments(orderId: OrderId): Promise<PaymentId[]> {
    const payments = await this.payments.list({ orderId, limit: MAX_PAYMENTS });
    return payments.filter((payment) => refundable(payment) > 0).map(({ id }) => id);
  }
}

function amountToRefund(payment: Payment, wanted: number | undefined): number {
  const left = refundable(payment);
  if (left <= 0) throw new NothingToRefund(payment.status);
  if (wanted !== undefined && wanted > left) throw new AmountTooLarge('A refund', wanted, left);
  return wanted ?? left;
}
