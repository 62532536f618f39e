import { encodeId } from '../../shared/ids.js';
import type { Payment } from '../domain/payment.js';
import type { PaymentView } from './payment.view.js';

/** A payment as clients see it, without the token of the payment method. */
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
