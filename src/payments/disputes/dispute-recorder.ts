import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { Outbox } from '../../platform/outbox/index.js';
import { disputeLostPosting, disputeOpenedPosting, disputeWonPosting, LedgerService } from '../../ledger/index.js';
import { hasEnded, type OrderHeader, OrdersService } from '../../orders/index.js';
import type { Dispute } from '../domain/dispute-decision.js';
import { causeOf } from '../domain/overpayment.js';
import type { Payment } from '../domain/payment.js';
import { surplusReceived } from '../attempts/payment.events.js';
import { PaymentsRepository } from '../attempts/payments.repository.js';
import type { DisputeNotification } from '../providers/provider.js';
import { disputeEvent } from './dispute.events.js';
import { DisputesRepository } from './disputes.repository.js';

/** Records a dispute in all places: payment, order, ledger and outbox. Order and payment are locked. */
@Injectable()
export class DisputeRecorder {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly disputes: DisputesRepository,
    private readonly ledger: LedgerService,
    private readonly orders: OrdersService,
    private readonly outbox: Outbox,
  ) {}

  /** Opens the ledger accounts for disputes in this currency. Call it before the transaction. */
  openAccounts(currency: string, provider: string): Promise<void> {
    return this.ledger.openAccounts(currency, ['disputes', 'dispute_losses', `provider_clearing:${provider}`]);
  }

  /** Records that the provider withholds the money. */
  async open(order: OrderHeader, before: Payment, notification: DisputeNotification, now: Date): Promise<void> {
    const { id: paymentId, provider, currency } = before;
    const { amount, dispute: reference = '', occurredAt: openedAt } = notification;
    const dispute: Dispute = {
      id: newId<'dsp'>(),
      paymentId,
      provider,
      reference,
      amount,
      currency,
      status: 'open',
      openedAt,
      closedAt: null,
    };
    await this.disputes.insert(dispute, notification);
    const payment = this.write({ ...before, disputedAmount: before.disputedAmount + amount }, dispute, now);
    this.orders.recordMoney(order, { disputed: amount }, causeOf(order, payment));
  }

  /** Records the bank's decision: the money is released, or lost and so excluded from refunds. */
  async close(
    order: OrderHeader,
    before: Payment,
    decided: Dispute,
    notification: DisputeNotification,
    now: Date,
  ): Promise<void> {
    const won = decided.status === 'won';
    const disputedAmount = before.disputedAmount - (won ? decided.amount : 0);
    const dispute = { ...decided, closedAt: notification.occurredAt };
    await this.disputes.close(dispute, notification);
    const payment = this.write({ ...before, disputedAmount }, dispute, now);
    const moved = { disputed: -decided.amount, chargedBack: won ? 0 : decided.amount };
    this.orders.recordMoney(order, moved, { reason: 'dispute_won', paymentId: payment.id, isNew: won });
    if (won && hasEnded(order)) this.outbox.record(surplusReceived(payment, order.status, decided.amount));
  }

  private write(changed: Payment, dispute: Dispute, now: Date): Payment {
    const payment = this.payments.save({ ...changed, updatedAt: now });
    const { id: referenceId, provider, amount, currency } = dispute;
    const record = { referenceId, orderId: payment.orderId, currency };
    if (dispute.status === 'open')
      this.ledger.post({ ...record, kind: 'dispute_opened' }, [disputeOpenedPosting(provider, amount)]);
    if (dispute.status === 'won')
      this.ledger.post({ ...record, kind: 'dispute_won' }, [disputeWonPosting(provider, amount)]);
    if (dispute.status === 'lost') this.ledger.post({ ...record, kind: 'dispute_lost' }, [disputeLostPosting(amount)]);
    this.outbox.record(disputeEvent(dispute, payment));
    return payment;
  }
}
