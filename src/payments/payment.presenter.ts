import { encodeId } from '../shared/ids.js';
import type { Payment, Refund } from './domain/payment.js';

/** A payment as clients see it; the payment method's token stays inside. */
export function presentPayment(payment: Payment) {
  return {
    id: encodeId('pay', payment.id),
    orderId: encodeId('ord', payment.orderId),
    provider: payment.provider,
    status: payment.status,
    currency: payment.currency,
    amount: payment.amount,
    authorizedAmount: payment.authorizedAmount,
    capturedAmount: payment.capturedAmount,
    refundedAmount: payment.refundedAmount,
    capture: payment.capture,
    nextAction: null,
    decline: payment.decline,
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
  };
}

export function presentRefund({ id, paymentId, amount, currency, reason, status, createdAt, updatedAt }: Refund) {
  return {
    id: encodeId('rfd', id),
    paymentId: encodeId('pay', paymentId),
    amount,
    currency,
    reason,
    status,
    createdAt,
    updatedAt,
  };
}
