import { Injectable } from '@nestjs/common';
import { Clock } from '../../shared/clock.js';
import type { OrderId, PaymentId } from '../../shared/ids.js';
import { Transaction } from '../../platform/database/index.js';
import { Outbox } from '../../platform/outbox/index.js';
import { awaitsPayment, OrdersService } from '../../orders/index.js';
import { withoutNeed } from '../domain/payment-reducer.js';
import { notNeeded } from '../attempts/payment.events.js';
import { PaymentsRepository } from '../attempts/payments.repository.js';

/**
 * Payments that wait for a shopper who no longer needs them. The resolver cancels them at their provider, if that is possible, and as often as it
 * takes. Payments with an unknown outcome stay: the resolver checks them. If a cancelled payment brings in money later, Till returns it as an
 * overpayment.
 */
@Injectable()
export class SupersededPayments {
  constructor(
    private readonly tx: Transaction,
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Cancels the waiting payments of an order that was paid or has ended. Safe to repeat. */
  async cancel(orderId: OrderId, reason: string): Promise<void> {
    for (const id of await this.payments.waitingOf(orderId)) await this.giveUp(orderId, id, reason);
  }

  private giveUp(orderId: OrderId, id: PaymentId, reason: string): Promise<void> {
    return this.tx.run(async () => {
      const [order, payment] = await Promise.all([this.orders.lockForPayment(orderId), this.payments.lock(id)]);
      if (payment?.status !== 'requires_action' || awaitsPayment(order)) return;
      const after = this.payments.save({ ...withoutNeed(payment), updatedAt: this.clock.now() });
      this.outbox.record(notNeeded(after, reason));
      this.payments.resolveNow(id);
    });
  }
}
