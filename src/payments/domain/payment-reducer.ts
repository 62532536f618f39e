import type { AttemptId } from '../../shared/ids.js';
import type { MoneyMoved } from '../../orders/index.js';
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

/** How the amounts of a payment changed, in minor units, as its order counts them: `authorized` falls when something is voided. */
export type AmountsMoved = Required<Omit<MoneyMoved, 'disputed' | 'chargedBack'>>;

/** What changed of a payment between two looks at it. */
export function movedBetween(before: Payment, after: Payment): AmountsMoved {
  return {
    authorized: after.authorizedAmount - after.voidedAmount - (before.authorizedAmount - before.voidedAmount),
    captured: after.capturedAmount - before.capturedAmount,
    refunded: after.refundedAmount - before.refundedAmount,
    capturePending: after.capturePending - before.capturePending,
    voidPending: after.voidPending - before.voidPending,
    refundPending: after.refundPending - before.refundPending,
  };
}

/**
 * Applies one event of an attempt of this kind to a payment and answers what it moved for the order. The status follows
 * from the amounts alone, so the order of arrival does not matter; the caller sees to it that no event is applied twice.
 */
export function reduce(payment: Payment, kind: AttemptKind, event: ProviderEvent): AmountsMoved {
  const before = { ...payment };
  if (kind === 'authorize') applyToAuthorization(payment, event);
  else applyToOperation(payment, event);
  payment.nextAction = null;
  payment.status = statusOf(payment);
  return movedBetween(before, payment);
}

/** The first operation of a payment, which may capture in the same step. */
function applyToAuthorization(payment: Payment, { type, amount, decline }: ProviderEvent): void {
  if (type === 'declined' || type === 'failed') {
    payment.decline = decline ?? { code: type === 'failed' ? NO_ANSWER : 'declined', retryable: type === 'failed' };
    return;
  }
  if (payment.decline?.code === NOT_NEEDED) payment.decline = null;
  const captured = type === 'captured' ? amount : 0;
  // A capture that came first has already shown that this much was authorised.
  const authorized = Math.max(0, Math.max(amount, payment.capturedAmount + captured) - payment.authorizedAmount);
  payment.authorizedAmount += authorized;
  payment.capturedAmount += captured;
}

/** An operation whose amount was set aside when it began. */
function applyToOperation(payment: Payment, { type, amount }: ProviderEvent): void {
  switch (type) {
    case 'captured':
      payment.capturePending -= amount;
      payment.capturedAmount += amount;
      return;
    case 'voided':
    case 'expired':
      payment.voidPending -= amount;
      payment.voidedAmount += amount;
      return;
    case 'refunded':
      payment.refundPending -= amount;
      payment.refundedAmount += amount;
      return;
    case 'capture_failed':
      payment.capturePending -= amount;
      return;
    case 'void_failed':
      payment.voidPending -= amount;
      return;
    case 'refund_failed':
      payment.refundPending -= amount;
      return;
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
