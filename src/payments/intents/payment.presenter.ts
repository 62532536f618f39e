import { encodeId } from '../../shared/ids.js';
import type { Payment, Refund } from '../domain/payment.js';
import type { PaymentView, RefundView } from './payment.view.js';

/** A payment as clients see it; the payment method's token stays inside. */
export function presentPayment(payment: Payment): PaymentView {
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
    statementDescriptor: payment.statementDescriptor,
    nextAction: payment.nextAction,
    decline: payment.decline,
    createdAt: payment.createdAt.toISOString(),
    updatedAt: payment.updatedAt.toISOString(),
  };
}

export function presentRefund(refund: Refund): RefundView {
  return {
    id: encodeId('rfd', refund.id),
    paymentId: encodeId('pay', refund.paymentId),
    amount: refund.amount,
    currency: refund.currency,
    reason: refund.reason,
    status: refund.status,
    createdAt: refund.createdAt.toISOString(),
    updatedAt: refund.updatedAt.toISOString(),
  };
}
