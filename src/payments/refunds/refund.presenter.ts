import { encodeId } from '../../shared/ids.js';
import type { Refund } from '../domain/payment.js';
import type { RefundView } from './refund.view.js';

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
