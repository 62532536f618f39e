import { type ChargeId, encodeId, type LineId } from '../../shared/ids.js';
import type { RefundedLine } from '../../orders/index.js';
import type { Refund } from '../domain/payment.js';
import type { RefundView } from './refund.view.js';

const presentLine = ({ lineId, quantity, gross, tax }: RefundedLine) => ({
  lineId: encodeId('lin', lineId as LineId),
  quantity,
  amount: gross,
  tax,
});

const presentCharge = ({ lineId, gross, tax }: RefundedLine) => ({
  chargeId: encodeId('chg', lineId as ChargeId),
  amount: gross,
  tax,
});

/** The lines and charges of a refund; nothing for a refund of an amount. */
function presentParts(parts: readonly RefundedLine[] | null) {
  if (!parts) return {};
  const [lines, charges] = [parts.filter(({ ofCharge }) => !ofCharge), parts.filter(({ ofCharge }) => ofCharge)];
  return { lines: lines.map(presentLine), ...(charges.length > 0 && { charges: charges.map(presentCharge) }) };
}

export function presentRefund(refund: Refund): RefundView {
  return {
    id: encodeId('rfd', refund.id),
    paymentId: encodeId('pay', refund.paymentId),
    amount: refund.amount,
    currency: refund.currency,
    ...presentParts(refund.lines),
    reason: refund.reason,
    status: refund.status,
    createdAt: refund.createdAt.toISOString(),
    updatedAt: refund.updatedAt.toISOString(),
  };
}
