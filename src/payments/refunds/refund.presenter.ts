import { encodeId } from '../../shared/ids.js';
import type { RefundedLine } from '../../orders/index.js';
import type { Refund } from '../domain/payment.js';
import type { RefundView } from './refund.view.js';

const presentLine = ({ lineId, quantity, gross, tax }: RefundedLine) => ({
  lineId: encodeId('lin', lineId),
  quantity,
  amount: gross,
  tax,
});

export function presentRefund(refund: Refund): RefundView {
  return {
    id: encodeId('rfd', refund.id),
    paymentId: encodeId('pay', refund.paymentId),
    amount: refund.amount,
    currency: refund.currency,
    ...(refund.lines && { lines: refund.lines.map(presentLine) }),
    reason: refund.reason,
    status: refund.status,
    createdAt: refund.createdAt.toISOString(),
    updatedAt: refund.updatedAt.toISOString(),
  };
}
