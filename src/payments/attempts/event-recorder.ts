import { Injectable } from '@nestjs/common';
import { Outbox } from '../../platform/outbox/index.js';
import { awaitsPayment, type MoneyMoved, type OrderHeader, OrdersService } from '../../orders/index.js';
import { AttemptsRepository, type LockedAttempt } from './attempts.repository.js';
import { nextCheck } from '../domain/check-schedule.js';
import type { Attempt, Payment } from '../domain/payment.js';
import { type AmountsMoved, type ProviderEvent, reduce, withStatus } from '../domain/payment-reducer.js';
import { overpaidAmount } from '../domain/overpaid-amount.js';
import { causeOf } from '../domain/overpayment.js';
import { surplusReceived, outcomePending, completedOrder, paymentEvent } from './payment.events.js';
import type { LockedRows } from './payment-locks.js';
import { PaymentPostings } from './payment-postings.js';
import { type LockedPayment, PaymentsRepository } from './payments.repository.js';
import type { Outcome } from '../providers/provider.js';

/** An outcome that is not final. */
type OpenOutcome = Exclude<Outcome, { state: 'completed' }>;

/** The rows that an event changes. */
type RecordedRows = Omit<LockedRows, 'attempt'> & {
  readonly attempt: Attempt & Pick<LockedAttempt, 'byTax' | 'refundedByName' | 'isSurplus'>;
};

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
  refund_reversed: 'failed',
} as const satisfies Record<ProviderEvent['type'], Attempt['state']>;

/** Records a provider event in all places: payment, refund, order, ledger and outbox. */
@Injectable()
export class EventRecorder {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptsRepository,
    private readonly postings: PaymentPostings,
    private readonly orders: OrdersService,
    private readonly outbox: Outbox,
  ) {}

  /** Opens the ledger accounts for events of the provider in this currency. Call it before the transaction. */
  openAccounts(currency: string, provider: string): Promise<void> {
    return this.postings.openAccounts(currency, provider);
  }

  /** Records a new event. Returns the rows after it. Order, payment and attempt are locked, in that order. */
  record<R extends RecordedRows>(rows: R, event: ProviderEvent, now: Date): R {
    const { payment: reduced, moved } = reduce(rows.payment, rows.attempt, event);
    const payment = this.payments.save({ ...reduced, updatedAt: now });
    const attempt = { ...rows.attempt, state: attemptStates[event.type] };
    this.attempts.apply(attempt, event, payment.provider);
    if (event.type === 'authorized' && payment.capture === 'manual') this.attempts.scheduleExpiryCheck(attempt.id);
    const posted = this.postings.moved(rows.order, payment, rows.attempt, moved);
    const booked = event.type === 'refund_reversed' ? this.postings.reversed(posted, payment, rows.attempt) : posted;
    this.outbox.record(paymentEvent(payment, attempt, event));
    const updated = this.updateOrder(booked, payment, movedBy(rows.attempt, moved));
    const isLast = attempt.kind === 'authorize' && !payment.othersOpen;
    return { ...rows, payment, attempt, order: isLast ? this.orders.release(updated) : updated };
  }

  /**
   * Records that the outcome is open, and schedules the next check. Order, payment and attempt are locked. While a payment is in
   * progress, its order keeps its stock, until `heldUntil`. Returns the rows after it.
   */
  scheduleNextCheck<R extends RecordedRows>(rows: R, outcome: OpenOutcome, { now, heldUntil }: OpenTimes): R {
    const attempt = { ...rows.attempt, state: outcome.state };
    const order = attempt.kind === 'authorize' ? this.orders.holdUntil(rows.order, heldUntil) : rows.order;
    const payment = this.noteOutcome(rows.payment, outcome, now);
    this.attempts.scheduleNextCheck(attempt, nextCheck(attempt.checks));
    if (attempt.checks === 0) this.outbox.record(outcomePending(payment, attempt));
    return { ...rows, order, payment, attempt };
  }

  /** Sets the shopper's next action and the provider's reference, if the outcome has them for the first time. */
  private noteOutcome<P extends Payment>(payment: P, outcome: OpenOutcome, now: Date): P {
    const nextAction =
      outcome.state === 'requires_action' && !payment.decline
        ? (outcome.display ?? ({ type: 'redirect', url: outcome.url } as const))
        : payment.nextAction;
    const reference = outcome.reference || payment.reference;
    if (nextAction === payment.nextAction && reference === payment.reference) return payment;
    return this.payments.save(withStatus({ ...payment, nextAction, reference, updatedAt: now }));
  }

  private updateOrder(order: OrderHeader, payment: LockedPayment, moved: AmountsMoved & MoneyMoved): OrderHeader {
    if (Object.values(moved).every((amount) => amount === 0)) return order;
    const late = overpaidAmount(order, moved);
    if (late > 0) this.outbox.record(surplusReceived(payment, order.status, late));
    const after = this.orders.recordMoney(order, moved, causeOf(order, payment, late > 0));
    if (awaitsPayment(order) && !awaitsPayment(after) && payment.othersWait)
      this.outbox.record(completedOrder(payment));
    return after;
  }
}

/** What a refund of certain pieces moved, or its undoing, with their price. */
function movedBy({ refundedByName }: Pick<LockedAttempt, 'refundedByName'>, moved: AmountsMoved) {
  return moved.refunded !== 0 && refundedByName !== undefined ? { ...moved, refundedByName } : moved;
}
