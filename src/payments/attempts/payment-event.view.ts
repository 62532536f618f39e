import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { EventDocs } from '../../platform/outbox/index.js';
import { type DisputeStatus, disputeStatuses } from '../domain/dispute-decision.js';
import type { Decline, PaymentStatus } from '../domain/payment.js';
import { paymentStatuses } from '../domain/payment-state.js';

const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 1999 } as const;

/** Why a payment failed or was declined. */
export class EventDeclineView implements Decline {
  @ApiProperty({ example: 'card_declined' }) readonly code: string;
  @ApiProperty({ description: 'Whether another try may succeed' }) readonly retryable: boolean;
}

/** The state of a payment after an event; what only some events say is absent from the others. */
export class PaymentEventData {
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly paymentId: string;
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ example: 'sandbox' }) readonly provider: string;
  @ApiProperty({ enum: paymentStatuses }) readonly status: PaymentStatus;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
  @ApiPropertyOptional({ ...minorUnits, description: 'What the event is about' }) readonly amount?: number;
  @ApiPropertyOptional({
    type: EventDeclineView,
    nullable: true,
    description: 'Of a payment that failed or was declined',
  })
  readonly decline?: EventDeclineView | null;
  @ApiPropertyOptional({ description: 'The operation whose outcome is open', example: 'authorize' })
  readonly operation?: string;
  @ApiPropertyOptional({ description: 'How its outcome is open', example: 'unknown' }) readonly outcome?: string;
  @ApiPropertyOptional({ description: 'Of an order that has no use for the money' }) readonly orderStatus?: string;
  @ApiPropertyOptional({ type: String, nullable: true, description: 'Why Till did so by itself' })
  readonly reason?: string | null;
}

export class RefundEventData extends PaymentEventData {
  @ApiPropertyOptional({ example: 'rfd_01h455vb4pex5vsknk084sn02q' }) readonly refundId?: string;
  @ApiPropertyOptional({ description: 'Whether the provider had taken the refund before' })
  readonly reversed?: boolean;
}

export class DisputeEventData {
  @ApiProperty({ example: 'dsp_01h455vb4pex5vsknk084sn02q' }) readonly disputeId: string;
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly paymentId: string;
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ example: 'sandbox' }) readonly provider: string;
  @ApiProperty({ enum: disputeStatuses }) readonly status: DisputeStatus;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty({ ...minorUnits, description: 'The part that the payment still holds' }) readonly coveredAmount: number;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
}

export class DifferenceFoundEventData {
  @ApiProperty({ example: 'rcn_01h455vb4pex5vsknk084sn02q' }) readonly reconciliationId: string;
  @ApiProperty({ example: 'sandbox' }) readonly provider: string;
  @ApiProperty({ format: 'date', example: '2026-11-29' }) readonly date: string;
  @ApiProperty({ type: 'integer', description: 'How many differences' }) readonly found: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  readonly byReason: Readonly<Record<string, number>>;
}

export class ObligationEventData {
  @ApiProperty({ example: 'obl_01h455vb4pex5vsknk084sn02q' }) readonly obligationId: string;
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ type: String, nullable: true, example: 'pay_01h455vb4pex5vsknk084sn02q' })
  readonly paymentId: string | null;
  @ApiProperty({ description: 'Why money is owed' }) readonly reason: string;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
}

const payment = (about: string) => ({ about, data: PaymentEventData });

export const paymentEventDocs: EventDocs = {
  'payment.authorized': payment('The bank set the money aside'),
  'payment.captured': payment('Money was captured'),
  'payment.cancelled': payment('A payment ended without money, or an authorisation was given back'),
  'payment.expired': payment('An authorisation ended without a capture'),
  'payment.declined': payment('The bank declined'),
  'payment.failed': payment('A payment failed'),
  'payment.capture_failed': payment('A capture failed'),
  'payment.cancellation_failed': payment('A cancellation failed'),
  'payment.outcome_pending': payment('The outcome of an operation at the provider is not known'),
  'payment.surplus_received': payment('Money came that the order has no use for; it goes back'),
  'payment.completed_order': payment('An order was paid while other payments of it waited'),
  'refund.succeeded': { about: 'Money went back', data: RefundEventData },
  'refund.failed': { about: 'A refund failed, or its money came back', data: RefundEventData },
  'dispute.opened': { about: 'A shopper asks the bank for the money back', data: DisputeEventData },
  'dispute.closed': { about: 'A dispute was decided', data: DisputeEventData },
  'reconciliation.difference_found': {
    about: "A provider's statement and the ledger differ",
    data: DifferenceFoundEventData,
  },
  'obligation.handed_over': { about: 'Till could not return money, so a person has to', data: ObligationEventData },
};
