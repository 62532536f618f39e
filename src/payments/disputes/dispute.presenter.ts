import { encodeId } from '../../shared/ids.js';
import { covered, type Dispute } from '../domain/dispute-decision.js';
import { DisputeView } from './dispute.view.js';

export function presentDispute(dispute: Dispute): DisputeView {
  const { provider, reference, amount, currency, status, openedAt, closedAt } = dispute;
  return {
    id: encodeId('dsp', dispute.id),
    paymentId: encodeId('pay', dispute.paymentId),
    provider,
    reference,
    amount,
    coveredAmount: covered(dispute),
    currency,
    status,
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}
