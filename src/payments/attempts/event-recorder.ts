import { Injectable } from '@nestjs/common';
import { Outbox } from '../../platform/outbox/index.js';
import { capturePosting, LedgerService, refundPosting } from '../../ledger/index.js';
import { awaitsPayment, type OrderHeader, OrdersService } from '../../orders/index.js';
import { AttemptsRepository } from './attempts.repository.js';
import { nextCheck } from '../domain/check-schedule.js';
import type { Attempt, Payment } from '../domain/payment.js';
import { type AmountsMoved, type ProviderEvent, reduce, statusOf } from '../domain/payment-reducer.js';
import { overpaidAmount } from '../domain/overpaid-amount.js';
import { causeOf } from '../domain/overpayment.js';
import { surplusReceived, outcomePending, completedOrder, paymentEvent } from './payment.events.js';
import { type LockedPayment, PaymentsRepository } from './payments.repository.js';
import type { Outcome } from '../providers/provider.js';
import { STORE_CREDIT } from '../domain/payment.js';

/** An outcome that is still to come. */
type OpenOutcome = Exclude<Outcome, { state: 'completed' }>;

interface OpenTimes {
  readonly now: Date;
  readonly heldUntil: Date;
}

const attemptStates = {
  authorized: 'succeeded',
  captured: 'succeeded',
  voided: 'succeeded',
  expired: 'succeeded',
  refunded: 'succeeded',
  declined: 'declined',
  failed: 'failed',
  capture_failed: 'declined',
  void_failed: 'declined',
  refund_failed: 'declined',
} as const satisfies Record<ProviderEvent['type'], Attempt['state']>;

/** Writes what a provider's event means everywhere it counts: payment, refund, order, ledger and outbox. */
@Injectable()
export class EventRecorder {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptsRepository,
    private readonly ledger: LedgerService,
    private readonly orders: OrdersService,
    private readonly outbox: Outbox,
  ) {}

  /** Call it before the transaction that applies events of the provider in this currency. */
  openAccounts(currency: string, provider: string): Promise<void> {
    return this.ledger.openAccounts(currency, ['sales', 'refunds', `provider_clearing:${provider}`]);
  }

  /** Records one event that was not recorded before. Order, payment and attempt are locked, in that order. */
  record(order: OrderHeader, payment: LockedPayment, attempt: Attempt, event: ProviderEvent, now: Date): void {
    const moved = reduce(payment, attempt.kind, event);
    payment.updatedAt = now;
    attempt.state = attemptStates[event.type];
    this.payments.save(payment);
    this.attempts.apply(attempt, event, payment.provider);
    if (event.type === 'authorized' && payment.capture === 'manual') this.attempts.scheduleExpiryCheck(attempt.id);
    this.post(payment, attempt, moved);
    this.outbox.record(paymentEvent(payment, attempt, event));
    this.updateOrder(order, payment, moved);
    if (attempt.kind === 'authorize' && !payment.othersOpen) this.orders.release(order);
  }

  /**
   * Notes that the outcome is still to come, and when to look into it again. Order, payment and attempt are locked. While a payment
   * is under way its order keeps its stock, until `heldUntil`.
   */
  scheduleNextCheck(
    order: OrderHeader,
    payment: Payment,
    attempt: Attempt,
    outcome: OpenOutcome,
    { now, heldUntil }: OpenTimes,
  ): void {
    attempt.state = outcome.state;
    if (attempt.kind === 'authorize') this.orders.holdUntil(order, heldUntil);
    const nextAction =
      outcome.state === 'requires_action' && !payment.decline
        ? ({ type: 'redirect', url: outcome.url } as const)
        : payment.nextAction;
    if (nextAction !== payment.nextAction || (outcome.reference && outcome.reference !== payment.reference)) {
      Object.assign(payment, { nextAction, reference: outcome.reference ?? payment.reference, updatedAt: now });
      payment.status = statusOf(payment);
      this.payments.save(payment);
    }
    this.attempts.scheduleNextCheck(attempt, nextCheck(attempt.checks));
    if (attempt.checks === 0) this.outbox.record(outcomePending(payment, attempt));
  }

  /** What was paid with store credit is posted by whoever moves that. */
  private post({ provider, orderId, currency }: Payment, { id: referenceId }: Attempt, moved: AmountsMoved): void {
    if (provider === STORE_CREDIT) return;
    const record = { referenceId, orderId, currency };
    if (moved.captured > 0)
      this.ledger.post({ ...record, kind: 'capture' }, [capturePosting(provider, moved.captured)]);
    if (moved.refunded > 0) this.ledger.post({ ...record, kind: 'refund' }, [refundPosting(provider, moved.refunded)]);
  }

  private updateOrder(order: OrderHeader, payment: LockedPayment, moved: AmountsMoved): void {
    if (Object.values(moved).every((amount) => amount === 0)) return;
    const late = overpaidAmount(order, moved);
    if (late > 0) this.outbox.record(surplusReceived(payment, order.status, late));
    const awaited = awaitsPayment(order);
    this.orders.recordMoney(order, moved, causeOf(order, payment, late > 0));
    if (awaited && !awaitsPayment(order) && payment.othersWait) this.outbox.record(completedOrder(payment));
  }
}
