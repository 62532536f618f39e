import { DomainError } from '../../shared/errors.js';

/** The limits of declined payments per order, and per customer and hour. */
export interface DeclineQuota {
  readonly ofOrder: number;
  readonly ofCustomer: number;
}

/** The number of payments that were declined or may still be. */
export interface TriedPayments {
  readonly triedOfOrder: number;
  readonly triedOfCustomer: number;
}

export class OrderDeclinedTooOften extends DomainError {
  readonly code = 'order_declined_too_often';
  readonly kind = 'conflict';
  constructor(limit: number) {
    super(
      `${limit} payments of this order were declined or are in progress, and no more are accepted. Place a new order.`,
    );
  }
}

export class TooManyDeclines extends DomainError {
  readonly code = 'too_many_declines';
  readonly kind = 'rate_limited';
  constructor(limit: number) {
    super(`${limit} payments of this customer were declined or are in progress in the last hour. Try again later.`, {
      retryAfterSeconds: 600,
    });
  }
}

/** Prevents that somebody tests stolen card numbers. @throws OrderDeclinedTooOften, TooManyDeclines */
export function assertMayTry({ triedOfOrder, triedOfCustomer }: TriedPayments, quota: DeclineQuota): void {
  if (triedOfOrder >= quota.ofOrder) throw new OrderDeclinedTooOften(quota.ofOrder);
  if (triedOfCustomer >= quota.ofCustomer) throw new TooManyDeclines(quota.ofCustomer);
}
