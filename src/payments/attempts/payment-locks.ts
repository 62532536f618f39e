import { Injectable } from '@nestjs/common';
import type { RefundId } from '../../shared/ids.js';
import { type OrderHeader, OrdersService, pricedPartsOf, refundedByName } from '../../orders/index.js';
import { AttemptsRepository, type LockedAttempt } from './attempts.repository.js';
import type { Attempt, Payment } from '../domain/payment.js';
import { RefundLinesRepository } from './refund-lines.repository.js';
import { type LockedPayment, PaymentsRepository } from './payments.repository.js';

/** An attempt with its payment. Its row is committed, or will be with the running transaction. */
export interface StartedAttempt {
  readonly attempt: Attempt;
  readonly payment: Payment;
  /** Whether an earlier run of the request started it, and may have called the provider. */
  readonly isResumed?: boolean;
}

/** An order in the transaction that recorded a payment's outcome: the version that was locked, and the order after it. */
export interface RecordedOrder {
  readonly order: OrderHeader;
  /** The version that the order had when it was locked. */
  readonly lockedVersion: number;
  /** Whether the operation's outcome is still to come. */
  readonly isOpen: boolean;
  /** Whether the operation was refused, or was given up without reaching its provider. */
  readonly isRefused: boolean;
}

/** Called with a payment in the transaction that recorded what its operation came to, before the commit; not when that was recorded before. */
export type OnRecorded = (payment: Payment, recorded: RecordedOrder) => void | Promise<void>;

/** The locked rows of one attempt. */
export interface LockedRows {
  readonly order: OrderHeader;
  readonly payment: LockedPayment;
  readonly attempt: LockedAttempt;
}

/** Locks an attempt with its order and payment, in this order: order, payment, attempt. */
@Injectable()
export class PaymentLocks {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: PaymentsRepository,
    private readonly attempts: AttemptsRepository,
    private readonly refundLines: RefundLinesRepository,
  ) {}

  async lock({ id, orderId, paymentId }: Pick<Attempt, 'id' | 'orderId' | 'paymentId'>): Promise<LockedRows> {
    const [order, payment, attempt] = await Promise.all([
      this.orders.lockForPayment(orderId),
      this.payments.lock(paymentId),
      this.attempts.lock(id),
    ]);
    if (!payment || !attempt) throw new Error(`Attempt ${id} or its payment ${paymentId} does not exist.`);
    if (!attempt.refundId) return { order, payment, attempt };
    const refundedByName = await this.byName(order, attempt.refundId);
    if (!order.taxed || refundedByName === undefined)
      return { order, payment, attempt: { ...attempt, refundedByName } };
    const byTax = await this.refundLines.byTax(orderId, attempt.refundId);
    return { order, payment, attempt: { ...attempt, refundedByName, byTax } };
  }

  /**
   * Returns what a refund returns of pieces and charges that are still in the order; undefined for a refund of an amount. A refund that was given up
   * counts as well: its provider may have made it after all.
   */
  private async byName(order: OrderHeader, id: RefundId): Promise<number | undefined> {
    const refunds = await this.refundLines.ofOrder(order.id, id);
    const [own, others] = [refunds.filter((one) => one.refundId === id), refunds.filter((one) => one.refundId !== id)];
    if (own.length === 0) return undefined;
    const parts = pricedPartsOf((await this.orders.withLines(order)).lines, order);
    const before = others.filter(({ succeeded }) => succeeded);
    return refundedByName(parts, [...before, ...own]) - refundedByName(parts, before);
  }
}
