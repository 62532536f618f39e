import type { AttemptId } from '../../shared/ids.js';
import type { Decline, Payment, PaymentStatus } from './payment.js';

/**
 * What a provider says happened. An answer, a webhook and a poll become the same event with the same
 * `providerEventId`, so that each is applied once whichever comes first. `amount` is in minor units.
 */
export interface ProviderEvent {
  readonly providerEventId: string;
  readonly attemptId: AttemptId;
  readonly type: 'authorized' | 'captured' | 'declined' | 'refunded' | 'refund_failed';
  readonly amount: number;
  readonly currency: string;
  readonly occurredAt: Date;
  readonly decline?: Decline;
}

/** How an event changes the amounts of a payment, in minor units. */
export interface AmountsMoved {
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
}

const nothing: AmountsMoved = { authorized: 0, captured: 0, refunded: 0 };

/**
 * Applies one event to a payment and answers what it moved. The status follows from the amounts alone, so the order
 * of arrival does not matter; the caller sees to it that no event is applied twice.
 */
export function reduce(payment: Payment, event: ProviderEvent): AmountsMoved {
  const moved = move(payment, event);
  payment.authorizedAmount += moved.authorized;
  payment.capturedAmount += moved.captured;
  payment.refundedAmount += moved.refunded;
  payment.status = statusOf(payment);
  return moved;
}

function move(payment: Payment, { type, amount, decline }: ProviderEvent): AmountsMoved {
  switch (type) {
    case 'authorized':
      // A capture that came first has already shown that this much was authorised.
      return { ...nothing, authorized: Math.max(0, amount - payment.authorizedAmount) };
    case 'captured':
      return {
        ...nothing,
        captured: amount,
        authorized: Math.max(0, payment.capturedAmount + amount - payment.authorizedAmount),
      };
    case 'refunded':
      payment.refundPending -= amount;
      return { ...nothing, refunded: amount };
    case 'refund_failed':
      payment.refundPending -= amount;
      return nothing;
    case 'declined':
      payment.decline = decline ?? { code: 'declined', retryable: false };
      return nothing;
  }
}

/** Where a payment stands, from its amounts. */
export function statusOf({ authorizedAmount, capturedAmount, refundedAmount, decline }: Payment): PaymentStatus {
  if (refundedAmount > 0) return refundedAmount >= capturedAmount ? 'refunded' : 'partially_refunded';
  if (capturedAmount > 0) return capturedAmount >= authorizedAmount ? 'captured' : 'partially_captured';
  if (authorizedAmount > 0) return 'authorized';
  return decline ? 'declined' : 'processing';
}
