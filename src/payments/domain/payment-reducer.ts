import type { AttemptId } from '../../shared/ids.js';
import { type AttemptKind, type Decline, NO_ANSWER, NOT_NEEDED, type Payment, type PaymentStatus } from './payment.js';

/**
 * What a provider says happened. An answer, a webhook and a poll become the same event with the same
 * `providerEventId`, so that each is applied once whichever comes first. `amount` is in minor units.
 */
export interface ProviderEvent {
  readonly providerEventId: string;
  readonly attemptId: AttemptId;
  readonly type: ProviderEventType;
  readonly amount: number;
  readonly currency: string;
  readonly occurredAt: Date;
  readonly decline?: Decline;
}

export type ProviderEventType =
  | 'authorized'
  | 'captured'
  | 'voided'
  | 'expired'
  | 'declined'
  | 'failed'
  | 'capture_failed'
  | 'void_failed'
  | 'refunded'
  | 'refund_failed';

/** How an event changes the amounts of a payment, in minor units; `authorized` falls when something is voided. */
export interface AmountsMoved {
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
}

const nothing: AmountsMoved = { authorized: 0, captured: 0, refunded: 0 };

/**
 * Applies one event of an attempt of this kind to a payment and answers what it moved for the order. The status follows
 * from the amounts alone, so the order of arrival does not matter; the caller sees to it that no event is applied twice.
 */
export function reduce(payment: Payment, kind: AttemptKind, event: ProviderEvent): AmountsMoved {
  const moved = kind === 'authorize' ? applyToAuthorization(payment, event) : applyToOperation(payment, event);
  payment.nextAction = null;
  payment.status = statusOf(payment);
  return moved;
}

/** The first operation of a payment, which may capture in the same step. */
function applyToAuthorization(payment: Payment, { type, amount, decline }: ProviderEvent): AmountsMoved {
  if (type === 'declined' || type === 'failed') {
    payment.decline = decline ?? { code: type === 'failed' ? NO_ANSWER : 'declined', retryable: type === 'failed' };
    return nothing;
  }
  if (payment.decline?.code === NOT_NEEDED) payment.decline = null;
  const captured = type === 'captured' ? amount : 0;
  // A capture that came first has already shown that this much was authorised.
  const authorized = Math.max(0, Math.max(amount, payment.capturedAmount + captured) - payment.authorizedAmount);
  payment.authorizedAmount += authorized;
  payment.capturedAmount += captured;
  return { ...nothing, authorized, captured };
}

/** An operation whose amount was set aside when it began. */
function applyToOperation(payment: Payment, { type, amount }: ProviderEvent): AmountsMoved {
  switch (type) {
    case 'captured':
      payment.capturePending -= amount;
      payment.capturedAmount += amount;
      return { ...nothing, captured: amount };
    case 'voided':
    case 'expired':
      payment.voidPending -= amount;
      payment.voidedAmount += amount;
      return { ...nothing, authorized: -amount };
    case 'refunded':
      payment.refundPending -= amount;
      payment.refundedAmount += amount;
      return { ...nothing, refunded: amount };
    case 'capture_failed':
      payment.capturePending -= amount;
      return nothing;
    case 'void_failed':
      payment.voidPending -= amount;
      return nothing;
    case 'refund_failed':
      payment.refundPending -= amount;
      return nothing;
    case 'authorized':
    case 'declined':
    case 'failed':
      throw new Error(`A provider answered ${type} to an operation that is no authorization.`);
  }
}

/** Ends without money that were not the bank's doing. */
const endings: Readonly<Record<string, PaymentStatus>> = { [NO_ANSWER]: 'failed', [NOT_NEEDED]: 'cancelled' };

/** Where a payment stands, from its amounts. */
export function statusOf(payment: Payment): PaymentStatus {
  const { authorizedAmount, capturedAmount, voidedAmount, refundedAmount, decline } = payment;
  if (refundedAmount > 0) return refundedAmount >= capturedAmount ? 'refunded' : 'partially_refunded';
  if (capturedAmount > 0) return capturedAmount + voidedAmount >= authorizedAmount ? 'captured' : 'partially_captured';
  if (authorizedAmount > voidedAmount) return 'authorized';
  if (voidedAmount > 0) return 'cancelled';
  if (decline) return endings[decline.code] ?? 'declined';
  if (payment.nextAction) return 'requires_action';
  return 'processing';
}
