import { encodeId } from '../../shared/ids.js';
import type { DomainEvent } from '../../platform/outbox/index.js';
import { covered, type Dispute, versionOf } from '../domain/dispute-decision.js';
import type { Payment } from '../domain/payment.js';
import type { DisputeEventData } from '../attempts/payment-event.view.js';

/** A dispute was opened or closed. */
export function disputeEvent(dispute: Dispute, payment: Payment): DomainEvent {
  const { status, amount, currency, provider } = dispute;
  const id = encodeId('dsp', dispute.id);
  const orderId = encodeId('ord', payment.orderId);
  return {
    type: status === 'open' ? 'dispute.opened' : 'dispute.closed',
    aggregate: { type: 'dispute', id, version: versionOf(dispute) },
    orderId,
    data: {
      disputeId: id,
      paymentId: encodeId('pay', payment.id),
      orderId,
      provider,
      status,
      amount,
      coveredAmount: covered(dispute),
      currency,
    } satisfies DisputeEventData,
  };
}
