import { Injectable } from '@nestjs/common';
import type { RefundId } from '../../shared/ids.js';
import {
  type NamedRefund,
  type OrderHeader,
  OrdersService,
  pricedPartsOf,
  refundedByName,
} from '../../orders/index.js';
import { AttemptsRepository, type LockedAttempt } from './attempts.repository.js';
import type { Attempt, Payment } from '../domain/payment.js';
import { RefundLinesRepository, type RefundStanding } from './refund-lines.repository.js';
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

/** What a refund returns of taxes, pieces and charges; nothing for a refund of an amount. */
type NamedParts = Pick<LockedAttempt, 'byTax' | 'refundedByName' | 'isSurplus'>;

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
    return { order, payment, attempt: { ...attempt, ...(await this.ofRefund(order, attempt.refundId)) } };
  }

  /**
   * Returns what a refund returns of pieces and charges, and of taxes. One that was given up counts as well: its provider may have made it after all. If
   * its pieces were refunded anew meanwhile, it is a refund of an amount.
   */
  private async ofRefund(order: OrderHeader, id: RefundId): Promise<NamedParts> {
    const [refunds, standing] = await Promise.all([
      this.refundLines.ofOrder(order.id, id),
      this.refundLines.standing(id),
    ]);
    if (standing.isSurplus) return { isSurplus: true };
    const own = refunds.filter((one) => one.refundId === id);
    const byTax = order.taxed && own.length > 0 ? { byTax: await this.refundLines.byTax(order.id, id) } : {};
    if (isNoRebate(order, standing)) return { ...byTax, refundedByName: 0 };
    return own.length > 0 ? { ...byTax, refundedByName: await this.byName(order, own, refunds) } : {};
  }

  /** Returns what a refund (its `own` parts) returns of pieces and charges that are still in the order, after all of them that succeeded. */
  private async byName(
    order: OrderHeader,
    own: readonly NamedRefund[],
    refunds: readonly NamedRefund[],
  ): Promise<number> {
    const parts = pricedPartsOf((await this.orders.withLines(order)).lines, order);
    const before = refunds.filter((one) => one.succeeded && !one.superseded && !own.includes(one));
    return refundedByName(parts, [...before, ...own]) - refundedByName(parts, before);
  }
}

/**
 * Whether the undoing of a refund leaves what the order may keep: the order was paid in full in spite of it, or it returned what the order owed.
 * After a dispute it may have returned more than that.
 */
function isNoRebate(order: OrderHeader, { isSuperseded, isOwed }: RefundStanding): boolean {
  return isSuperseded || (isOwed && order.disputedAmount + order.chargedBackAmount === 0);
}
