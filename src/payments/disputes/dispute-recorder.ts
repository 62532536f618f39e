import { Injectable } from '@nestjs/common';
import { newId } from '../../shared/ids.js';
import { Outbox } from '../../platform/outbox/index.js';
import {
  disputeLossReversalPosting,
  disputeLostPosting,
  disputeOpenedPosting,
  disputeWonPosting,
  LedgerService,
  type PostedRecord,
  type Posting,
  type TransactionKind,
} from '../../ledger/index.js';
import { hasEnded, type OrderHeader, OrdersService } from '../../orders/index.js';
import { covered, type Dispute } from '../domain/dispute-decision.js';
import { causeOf } from '../domain/overpayment.js';
import type { Payment } from '../domain/payment.js';
import { surplusReceived } from '../attempts/payment.events.js';
import { PaymentsRepository } from '../attempts/payments.repository.js';
import type { DisputeNotification } from '../providers/provider.js';
import { disputeEvent } from './dispute.events.js';
import { DisputesRepository } from './disputes.repository.js';

/** The locked order and payment of a dispute. */
interface DisputedRows {
  readonly order: OrderHeader;
  readonly payment: Payment;
}

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

  /** Records that the provider withholds the money; `coveredAmount` is the part that the payment holds, null for all. */
  async open(
    { order, payment: before }: DisputedRows,
    notification: DisputeNotification,
    coveredAmount: number | null,
    now: Date,
  ): Promise<void> {
    const { id: paymentId, provider, currency } = before;
    const { amount, dispute: reference = '', occurredAt: openedAt } = notification;
    const dispute: Dispute = {
      id: newId<'dsp'>(),
      paymentId,
      provider,
      reference,
      amount,
      coveredAmount,
      currency,
      status: 'open',
      openedAt,
      closedAt: null,
    };
    await this.disputes.insert(dispute, notification);
    const held = covered(dispute);
    const payment = this.write({ ...before, disputedAmount: before.disputedAmount + held }, dispute, now);
    this.ledger.post(recordOf(dispute, payment, 'dispute_opened'), [disputeOpenedPosting(provider, amount)]);
    this.orders.recordMoney(order, { disputed: held }, causeOf(order, payment));
  }

  /** Records the bank's decision: the money is released, or lost and so excluded from refunds. A lost dispute may be won later. */
  async close(
    { order, payment: before }: DisputedRows,
    known: Dispute,
    status: 'won' | 'lost',
    notification: DisputeNotification,
    now: Date,
  ): Promise<void> {
    const won = status === 'won';
    const held = covered(known);
    const dispute = { ...known, status, closedAt: notification.occurredAt };
    await this.disputes.close(dispute, notification);
    const payment = this.write({ ...before, disputedAmount: before.disputedAmount - (won ? held : 0) }, dispute, now);
    this.ledger.post(recordOf(dispute, payment, won ? 'dispute_won' : 'dispute_lost'), [endPosting(known, won)]);
    const moved = known.status === 'lost' ? { chargedBack: -held } : { disputed: -held, chargedBack: won ? 0 : held };
    this.orders.recordMoney(order, moved, { reason: 'dispute_won', paymentId: payment.id, isNew: won });
    if (won && held > 0 && hasEnded(order)) this.outbox.record(surplusReceived(payment, order.status, held));
  }

  private write(changed: Payment, dispute: Dispute, now: Date): Payment {
    const payment = this.payments.save({ ...changed, updatedAt: now });
    this.outbox.record(disputeEvent(dispute, payment));
    return payment;
  }
}

function recordOf({ id: referenceId, currency }: Dispute, { orderId }: Payment, kind: TransactionKind): PostedRecord {
  return { referenceId, orderId, currency, kind };
}

/** The posting of the end of a dispute, which may have been lost before. */
function endPosting({ provider, amount, status }: Dispute, won: boolean): Posting {
  if (!won) return disputeLostPosting(amount);
  return status === 'lost' ? disputeLossReversalPosting(provider, amount) : disputeWonPosting(provider, amount);
}
