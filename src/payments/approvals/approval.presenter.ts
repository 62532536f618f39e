import { encodeId } from '../../shared/ids.js';
import type { ApprovalEntity } from './approval.entity.js';
import type { ApprovalView } from './approval.view.js';

export function presentApproval(approval: ApprovalEntity): ApprovalView {
  return {
    id: encodeId('apr', approval.id),
    paymentId: approval.paymentId && encodeId('pay', approval.paymentId),
    orderId: approval.orderId && encodeId('ord', approval.orderId),
    lines: approval.lines?.map(({ lineId, quantity }) => ({ lineId: encodeId('lin', lineId), quantity })) ?? null,
    amount: approval.amount,
    currency: approval.currency,
    reason: approval.reason,
    status: approval.status,
    requestedBy: encodeId('usr', approval.requestedBy),
    decidedBy: approval.decidedBy && encodeId('usr', approval.decidedBy),
    decidedAt: approval.decidedAt?.toISOString() ?? null,
    note: approval.note,
    refundId: approval.refundId && encodeId('rfd', approval.refundId),
    createdAt: approval.createdAt.toISOString(),
  };
}
