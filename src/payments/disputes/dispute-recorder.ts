import { Injectable } from '@nestjs/common';
import { type DisputeId, type EventId, newId } from '../../shared/ids.js';
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

/** A loss after a win, and the part of its money that the payment holds, in minor units. */
interface DisputeLoss {
  readonly notification: DisputeNotification;
  readonly coveredAmount: number;
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
      coveredAgain: null,
      currency,
      status: 'open',
      wins: 0,
      losses: 0,
      openedAt,
      closedAt: null,
      reportedAt: null,
    };
    await this.disputes.insert(dispute, notification);
    const held = covered(dispute);
    const payment = this.write({ ...before, disputedAmount: before.disputedAmount + held }, dispute, now);
    this.ledger.post(recordOf(dispute, payment, 'dispute_opened', dispute.id), [
      disputeOpenedPosting(provider, amount),
    ]);
    this.orders.recordMoney(order, { disputed: held }, causeOf(order, payment));
  }

  /** Records the bank's decision: the money is released, or lost and so excluded from refunds. A lost dispute may be won later. */
  async close(
    rows: DisputedRows,
    known: Dispute,
    status: 'won' | 'lost',
    end: DisputeNotification,
    now: Date,
  ): Promise<void> {
    const { order, payment: before } = rows;
    const held = covered(known);
    const eventId = newId<'evt'>();
    const dispute = decided(known, status, end);
    await this.disputes.close(eventId, dispute, { notification: end, coveredAmount: null });
    const [won, first] = status === 'won' ? [held, known.wins === 0] : [0, known.losses === 0];
    const payment = this.write({ ...before, disputedAmount: before.disputedAmount - won }, dispute, now);
    const record = recordOf(dispute, payment, `dispute_${status}`, first ? dispute.id : eventId);
    this.ledger.post(record, [endPosting(known, status)]);
    const lost = held - won;
    const moved = known.status === 'lost' ? { chargedBack: -held } : { disputed: -held, chargedBack: lost };
    this.orders.recordMoney(order, moved, { reason: 'dispute_won', paymentId: payment.id, isNew: status === 'won' });
    if (won > 0 && hasEnded(order)) this.outbox.record(surplusReceived(payment, order.status, won));
  }

  /**
   * Records that a dispute which was won is lost after all: the provider withholds its money again, and it is lost. `coveredAmount` is the
   * part that the payment still holds.
   */
  async loseAgain(
    { order, payment: before }: DisputedRows,
    known: Dispute,
    { notification, coveredAmount }: DisputeLoss,
    now: Date,
  ): Promise<void> {
    const { provider, amount } = known;
    const eventId = newId<'evt'>();
    const dispute = { ...decided(known, 'lost', notification), coveredAgain: coveredAmount };
    await this.disputes.close(eventId, dispute, { notification, coveredAmount });
    const payment = this.write({ ...before, disputedAmount: before.disputedAmount + coveredAmount }, dispute, now);
    const opened = recordOf(dispute, payment, 'dispute_opened', eventId);
    this.ledger.post(opened, [disputeOpenedPosting(provider, amount)]);
    const lost = recordOf(dispute, payment, 'dispute_lost', known.losses === 0 ? dispute.id : eventId);
    this.ledger.post(lost, [disputeLostPosting(amount)]);
    this.orders.recordMoney(order, { chargedBack: coveredAmount }, causeOf(order, payment));
  }

  private write(changed: Payment, dispute: Dispute, now: Date): Payment {
    const payment = this.payments.save({ ...changed, updatedAt: now });
    this.outbox.record(disputeEvent(dispute, payment));
    return payment;
  }
}

/** The first movement of each kind refers to the dispute, any other one to the event that reported it. */
function recordOf(
  { currency }: Dispute,
  { orderId }: Payment,
  kind: TransactionKind,
  referenceId: DisputeId | EventId,
): PostedRecord {
  return { referenceId, orderId, currency, kind };
}

/** A dispute after a decision of the bank. */
function decided(known: Dispute, status: 'won' | 'lost', { occurredAt: closedAt }: DisputeNotification): Dispute {
  const count = status === 'won' ? { wins: known.wins + 1 } : { losses: known.losses + 1 };
  return { ...known, ...count, status, closedAt, reportedAt: null };
}

/** The posting of the end of a dispute, which may have been lost before. */
function endPosting({ provider, amount, status }: Dispute, end: 'won' | 'lost'): Posting {
  if (end === 'lost') return disputeLostPosting(amount);
  return status === 'lost' ? disputeLossReversalPosting(provider, amount) : disputeWonPosting(provider, amount);
}
