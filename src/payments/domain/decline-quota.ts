import { DomainError } from '../../shared/errors.js';

/** How many payments may be declined, of one order and of one customer in an hour. */
export interface DeclineQuota {
  readonly ofOrder: number;
  readonly ofCustomer: number;
}

/** Payments that were declined, or may still be. */
export interface TriedPayments {
  readonly triedOfOrder: number;
  readonly triedOfCustomer: number;
}

export class OrderDeclinedTooOften extends DomainError {
  readonly code = 'order_declined_too_often';
  readonly kind = 'conflict';
  constructor(limit: number) {
    super(`${limit} payments of this order were declined or are under way, and no more are taken. Place a new order.`);
  }
}

export class TooManyDeclines extends DomainError {
  readonly code = 'too_many_declines';
  readonly kind = 'rate_limited';
  constructor(limit: number) {
    super(`${limit} payments of this customer were declined or are under way in the last hour. Try again later.`, {
      retryAfterSeconds: 600,
    });
  }
}

/** Keeps a thief of card numbers from trying them out here. @throws OrderDeclinedTooOften, TooManyDeclines */
export function assertMayTry({ triedOfOrder, triedOfCustomer }: TriedPayments, quota: DeclineQuota): void {
  if (triedOfOrder >= quota.ofOrder) throw new OrderDeclinedTooOften(quota.ofOrder);
  if (triedOfCustomer >= quota.ofCustomer) throw new TooManyDeclines(quota.ofCustomer);
}
