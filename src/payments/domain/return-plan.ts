import type { PaymentId, RefundId } from '../../shared/ids.js';
import { hasEnded, type MoneyOfOrder, owed } from '../../orders/index.js';
import { capturable, type Payment, refundable } from './payment.js';
import { MAX_TRIES, triesAgainAfter } from './check-schedule.js';

/** A refund that has not succeeded: begun, to be tried again, or given up. */
export interface OpenRefund {
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly amount: number;
  readonly status: 'pending' | 'failed';
  /** How often the provider refused it, and how long ago the last time was, in milliseconds. */
  readonly tries: number;
  readonly sinceMs: number;
  /** Whether an attempt of it is under way. */
  readonly isLive: boolean;
  /** Whether Till began it by itself, or has taken it over from whoever did. */
  readonly isOwed: boolean;
}

/** Voids of a payment that its provider refused, since the last one that it made. */
export interface FailedVoids {
  readonly paymentId: PaymentId;
  readonly tries: number;
  readonly sinceMs: number;
}

/** What is known of the money of an order, all of it locked. */
export interface Returnable {
  readonly order: MoneyOfOrder;
  /** All payments of the order, those first that give back before others. */
  readonly payments: readonly Payment[];
  /** Those that owe something by themselves; null when any payment of the order may give back. */
  readonly owing: ReadonlySet<PaymentId> | null;
  readonly refunds: readonly OpenRefund[];
  readonly voids: readonly FailedVoids[];
  /** Whether the provider of a payment voids a part of what it holds. */
  voidsParts(payment: Payment): boolean;
}

/** `refundId` is a refund to be tried again; undefined for a new one. */
export type ReturnStep =
  | { readonly do: 'void'; readonly payment: Payment; readonly amount: number }
  | { readonly do: 'refund'; readonly payment: Payment; readonly amount: number; readonly refundId?: RefundId };

export interface ReturnPlan {
  readonly steps: readonly ReturnStep[];
  /** Refunds that nobody needs any more. */
  readonly cancelled: readonly RefundId[];
  /** When the next step is due, in milliseconds; undefined when something else has to happen first. */
  readonly waitMs: number | undefined;
  /** Minor units that are owed and that Till has given up to return: they are on people's list. */
  readonly listed: number;
}

/**
 * What to do about what an order owes, void first, then refund. What is held and neither given back, on its way, nor
 * listed waits: for an outcome, or for its next try.
 */
export function planReturn(given: Returnable): ReturnPlan {
  return new Planner(given).plan();
}

class Planner {
  private readonly steps: ReturnStep[] = [];
  private readonly cancelled: RefundId[] = [];
  private waitMs: number | undefined;
  private listed = 0;
  /** What is still to be given back. */
  private left: number;

  constructor(private readonly given: Returnable) {
    this.left = owed(given.order);
  }

  plan(): ReturnPlan {
    const { order, payments, owing } = this.given;
    const first = owing && !hasEnded(order) ? payments.filter(({ id }) => owing.has(id)) : payments;
    for (const payment of first) this.returnFrom(payment);
    if (first.every(holdsNothing))
      for (const payment of payments.filter((one) => !first.includes(one))) this.returnFrom(payment);
    return { steps: this.steps, cancelled: this.cancelled, waitMs: this.waitMs, listed: this.listed };
  }

  private returnFrom(payment: Payment): void {
    this.voidOf(payment);
    this.refundOf(payment);
    // What is being captured comes back as a refund, or can be voided again.
    this.left -= Math.min(this.left, payment.capturePending);
  }

  private voidOf(payment: Payment): void {
    const open = capturable(payment);
    const amount = Math.min(open, this.left);
    if (amount <= 0) return;
    this.left -= amount;
    const { tries = 0, sinceMs = 0 } = this.given.voids.find(({ paymentId }) => paymentId === payment.id) ?? {};
    if (tries >= MAX_TRIES) return void (this.listed += amount);
    // One void at a time; and what can only be voided whole waits until it is captured, or runs out.
    if (payment.voidPending > 0 || (amount < open && !this.given.voidsParts(payment))) return;
    if (this.isDue(tries, sinceMs)) this.steps.push({ do: 'void', payment, amount });
  }

  private refundOf(payment: Payment): void {
    const refunds = this.given.refunds.filter((refund) => refund.paymentId === payment.id && !refund.isLive);
    let need = Math.min(refundable(payment), this.left);
    this.left -= need;
    for (const refund of refunds) {
      const fits = refund.amount <= need;
      if (fits) this.again(payment, refund);
      else if (refund.isOwed || refund.amount > refundable(payment)) this.cancelled.push(refund.id);
      if (fits) need -= refund.amount;
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
