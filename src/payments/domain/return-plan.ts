import type { PaymentId, RefundId } from '../../shared/ids.js';
import { hasEnded, type MoneyOfOrder, type OrderHeader, owed } from '../../orders/index.js';
import { capturable, type Payment, refundable } from './payment.js';
import { MAX_TRIES, triesAgainAfter } from './check-schedule.js';

/** A refund that has not succeeded: in progress, to be tried again, or given up. */
export interface OpenRefund {
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly amount: number;
  readonly status: 'pending' | 'failed';
  /** How many times the provider refused it, and the milliseconds since the last refusal. */
  readonly tries: number;
  readonly sinceMs: number;
  /** Whether an attempt of it is in progress. */
  readonly isLive: boolean;
  /** Whether it is for an obligation: Till made it, or took it over. */
  readonly isOwed: boolean;
  /** Whether it names the pieces that it is for, and so can't return others. */
  readonly isOfPieces: boolean;
}

/** Voids of a payment that its provider refused, since the last successful one. */
export interface FailedVoids {
  readonly paymentId: PaymentId;
  readonly tries: number;
  readonly sinceMs: number;
}

/** The money of an order, with all its rows locked. */
export interface Returnable {
  readonly order: MoneyOfOrder & Pick<OrderHeader, 'fulfillmentStatus'>;
  /** All payments of the order, in the order in which they return money. */
  readonly payments: readonly Payment[];
  /** The payments that owe money; null if any payment of the order may return it. */
  readonly owing: ReadonlySet<PaymentId> | null;
  readonly refunds: readonly OpenRefund[];
  readonly voids: readonly FailedVoids[];
  /** Whether the payment's provider supports partial voids. */
  voidsParts(payment: Payment): boolean;
}

/** `refundId` is the refund to try again; undefined for a new refund. */
export type ReturnStep =
  | { readonly do: 'void'; readonly payment: Payment; readonly amount: number }
  | { readonly do: 'refund'; readonly payment: Payment; readonly amount: number; readonly refundId?: RefundId };

export interface ReturnPlan {
  readonly steps: readonly ReturnStep[];
  /** Refunds that are no longer needed. */
  readonly cancelled: readonly RefundId[];
  /** Milliseconds until the next step is due; undefined if something else has to happen first. */
  readonly waitMs: number | undefined;
  /** Minor units that are owed and that Till stopped trying to return: people have them on their list. */
  readonly listed: number;
}

/**
 * Plans how to return what an order owes: void first, then refund. Owed money without a step, that is neither on its way nor listed,
 * waits for an outcome or for its next try.
 */
export function planReturn(given: Returnable): ReturnPlan {
  return new Planner(given).plan();
}

class Planner {
  private readonly steps: ReturnStep[] = [];
  private readonly cancelled: RefundId[] = [];
  private waitMs: number | undefined;
  private listed = 0;
  /** The amount that is still to be returned. */
  private left: number;

  constructor(private readonly given: Returnable) {
    this.left = owed(given.order);
  }

  plan(): ReturnPlan {
    const { order, payments, owing } = this.given;
    const first = owing && !hasEnded(order) ? payments.filter(({ id }) => owing.has(id)) : payments;
    // Captured money stays for goods that have left: an authorization in its place can expire.
    if (this.hasShipped) {
      for (const payment of payments) this.voidOf(payment);
      for (const payment of payments) this.leaveCapture(payment);
    }
    for (const payment of first) this.returnFrom(payment);
    if (first.every(holdsNothing))
      for (const payment of payments.filter((one) => !first.includes(one))) this.returnFrom(payment);
    return { steps: this.steps, cancelled: this.cancelled, waitMs: this.waitMs, listed: this.listed };
  }

  private get hasShipped(): boolean {
    return this.given.order.fulfillmentStatus !== 'unfulfilled';
  }

  private returnFrom(payment: Payment): void {
    if (!this.hasShipped) this.voidOf(payment);
    this.refundOf(payment);
    if (!this.hasShipped) this.leaveCapture(payment);
  }

  /** An amount that is being captured can later be refunded, or voided again if the capture fails. */
  private leaveCapture({ capturePending }: Payment): void {
    this.left -= Math.min(this.left, capturePending);
  }

  private voidOf(payment: Payment): void {
    const open = capturable(payment);
    const amount = Math.min(open, this.left);
    if (amount <= 0) return;
    this.left -= amount;
    const { tries = 0, sinceMs = 0 } = this.given.voids.find(({ paymentId }) => paymentId === payment.id) ?? {};
    if (tries >= MAX_TRIES) return void (this.listed += amount);
    // One void at a time. An authorization that can only be voided whole waits until it is captured or expires.
    if (payment.voidPending > 0 || (amount < open && !this.given.voidsParts(payment))) return;
    if (this.isDue(tries, sinceMs)) this.steps.push({ do: 'void', payment, amount });
  }

  private refundOf(payment: Payment): void {
    const refunds = this.given.refunds.filter((refund) => refund.paymentId === payment.id && !refund.isLive);
    let need = Math.min(refundable(payment), this.left);
    this.left -= need;
    for (const refund of refunds) {
      const fits = refund.amount <= need;
      if (fits && !refund.isOfPieces) {
        this.again(payment, refund);
        need -= refund.amount;
      } else if (fits || refund.isOwed || refund.amount > refundable(payment)) this.cancelled.push(refund.id);
    }
    if (need > 0) this.steps.push({ do: 'refund', payment, amount: need });
  }

  private again(payment: Payment, { id, amount, tries, sinceMs }: OpenRefund): void {
    if (tries >= MAX_TRIES) this.listed += amount;
    else if (this.isDue(tries, sinceMs)) this.steps.push({ do: 'refund', payment, amount, refundId: id });
  }

  private isDue(tries: number, sinceMs: number): boolean {
    const waitMs = tries === 0 ? 0 : triesAgainAfter(tries) - sinceMs;
    if (waitMs > 0) this.waitMs = Math.min(waitMs, this.waitMs ?? Infinity);
    return waitMs <= 0;
  }
}

function holdsNothing(payment: Payment): boolean {
  return capturable(payment) + payment.capturePending + refundable(payment) === 0;
}
