import { encodeId } from '../../shared/ids.js';
import type { DomainEvent } from '../../platform/outbox/index.js';
import type { Attempt, Payment } from '../domain/payment.js';
import type { ProviderEvent } from '../domain/payment-reducer.js';
import type { RefundEventData } from './payment-event.view.js';

/** The outbox event for each type of provider event. */
const types = {
  authorized: 'payment.authorized',
  captured: 'payment.captured',
  voided: 'payment.cancelled',
  expired: 'payment.expired',
  declined: 'payment.declined',
  failed: 'payment.failed',
  capture_failed: 'payment.capture_failed',
  void_failed: 'payment.cancellation_failed',
  refunded: 'refund.succeeded',
  refund_failed: 'refund.failed',
  refund_reversed: 'refund.failed',
} as const satisfies Record<ProviderEvent['type'], string>;

/** A provider event changed a payment; has the payment's state after it. `reversed`: the provider had taken the refund before. */
export function paymentEvent(payment: Payment, attempt: Attempt, { type, amount }: ProviderEvent): DomainEvent {
  const refund = attempt.refundId ? { refundId: encodeId('rfd', attempt.refundId) } : {};
  const decline = type === 'declined' || type === 'failed' ? { decline: payment.decline } : {};
  const reversed = type === 'refund_reversed' ? { reversed: true } : {};
  return about(payment, types[type], { amount, ...refund, ...decline, ...reversed });
}

/** The outcome of an operation is not known yet; the worker will ask the provider. */
export function outcomePending(payment: Payment, { kind, amount, state }: Attempt): DomainEvent {
  return about(payment, 'payment.outcome_pending', { operation: kind, amount, outcome: state });
}

/** Money arrived for an order that had ended or was already paid; Till returns `amount` minor units. */
export function surplusReceived(payment: Payment, orderStatus: string, amount: number): DomainEvent {
  return about(payment, 'payment.surplus_received', { amount, orderStatus });
}

/** The order was paid while other payments waited for the shopper; those are no longer needed. */
export function completedOrder(payment: Payment): DomainEvent {
  return about(payment, 'payment.completed_order', {});
}

/** The rest of an authorization expired without being captured. */
export function authorizationExpired(payment: Payment): DomainEvent {
  return about(payment, 'payment.expired', { amount: payment.voidedAmount, reason: 'authorization_expired' });
}

/** Till cancelled a payment that waited for its shopper. */
export function notNeeded(payment: Payment, reason: string): DomainEvent {
  return about(payment, 'payment.cancelled', { amount: 0, reason });
}

function about(payment: Payment, type: string, more: Partial<RefundEventData>): DomainEvent {
  const id = encodeId('pay', payment.id);
  const orderId = encodeId('ord', payment.orderId);
  return {
    type,
    aggregate: { type: 'payment', id, version: payment.version },
    orderId,
    data: {
      paymentId: id,
      orderId,
      provider: payment.provider,
      status: payment.status,
      currency: payment.currency,
      ...more,
    } satisfies RefundEventData,
  };
}
