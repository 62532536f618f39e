import type { AttemptId } from '../../shared/ids.js';
import type { MoneyMoved } from '../../orders/index.js';
import {
  type Attempt,
  type Decline,
  NO_ANSWER,
  NOT_NEEDED,
  type Payment,
  type PaymentStatus,
  PROVIDER_UNAVAILABLE,
} from './payment.js';

/**
 * Something that happened at a provider. A response, a webhook and a poll give the same event with the same `providerEventId`, so
 * that it is applied once, whichever comes first. `amount` is in minor units.
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
  | 'refund_failed'
  /** The money of a refund came back, often days after it had succeeded. */
  | 'refund_reversed';

/** The changes of a payment's amounts for its order, in minor units; a void lowers `authorized`. */
export type AmountsMoved = Required<Omit<MoneyMoved, 'disputed' | 'chargedBack' | 'refundedByName'>>;

/** Returns the changes of amounts between two states of a payment. */
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

/** A payment after an event, and the changes for its order. */
export interface Reduced<P extends Payment> {
  readonly payment: P;
  readonly moved: AmountsMoved;
}

/**
 * Applies one event of an attempt to a payment. The status follows from the amounts alone, so the order of arrival does not matter. The
 * caller must not apply an event twice.
 */
export function reduce<P extends Payment>(
  before: P,
  { kind, state }: Pick<Attempt, 'kind' | 'state'>,
  event: ProviderEvent,
): Reduced<P> {
  const change =
    kind === 'authorize' ? openingChange(before, event) : operationChange(before, event, state === 'succeeded');
  const payment = withStatus({ ...before, ...change, nextAction: null });
  return { payment, moved: movedBetween(before, payment) };
}

/** Applies an event of the first operation of a payment, which may capture in the same step. */
function openingChange(payment: Payment, { type, amount, decline }: ProviderEvent): Partial<Payment> {
  if (type === 'declined' || type === 'failed') {
    // Cancelled by Till before: the provider only confirms it.
    if (payment.decline?.code === NOT_NEEDED) return {};
    return {
      decline: decline ?? { code: type === 'failed' ? NO_ANSWER : 'declined', retryable: type === 'failed' },
    };
  }
  const capturedAmount = payment.capturedAmount + (type === 'captured' ? amount : 0);
  return {
    decline: payment.decline?.code === NOT_NEEDED ? null : payment.decline,
    capturedAmount,
    // A capture that arrived first implies that this amount was authorised.
    authorizedAmount: Math.max(payment.authorizedAmount, amount, capturedAmount),
  };
}

/** Applies an event of an operation whose amount was set aside at its start, and is used up once it has `succeeded`. */
function operationChange(payment: Payment, { type, amount }: ProviderEvent, succeeded: boolean): Partial<Payment> {
  const { capturePending, capturedAmount, voidPending, voidedAmount, refundPending, refundedAmount } = payment;
  switch (type) {
    case 'captured':
      return { capturePending: capturePending - amount, capturedAmount: capturedAmount + amount };
    case 'voided':
    case 'expired':
      return { voidPending: voidPending - amount, voidedAmount: voidedAmount + amount };
    case 'refunded':
      return { refundPending: refundPending - amount, refundedAmount: refundedAmount + amount };
    case 'capture_failed':
      return { capturePending: capturePending - amount };
    case 'void_failed':
      return { voidPending: voidPending - amount };
    case 'refund_failed':
      return { refundPending: refundPending - amount };
    case 'refund_reversed':
      return succeeded ? { refundedAmount: refundedAmount - amount } : { refundPending: refundPending - amount };
    case 'authorized':
    case 'declined':
    case 'failed':
      throw new Error(`A provider answered ${type} to an operation that is no authorization.`);
  }
}

/** Final statuses that no bank decided. */
const endings: Readonly<Record<string, PaymentStatus>> = {
  [NO_ANSWER]: 'failed',
  [PROVIDER_UNAVAILABLE]: 'failed',
  [NOT_NEEDED]: 'cancelled',
};

/** Cancels a payment that waited for its shopper and is no longer needed. */
export function withoutNeed<P extends Payment>(payment: P): P {
  return withStatus({ ...payment, decline: { code: NOT_NEEDED, retryable: false }, nextAction: null });
}

/** Returns the payment with the status that follows from its amounts. */
export function withStatus<P extends Payment>(payment: P): P {
  return { ...payment, status: statusOf(payment) };
}

/** Returns the status that follows from the amounts. */
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
