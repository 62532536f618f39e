import { ApiProperty, OmitType } from '@nestjs/swagger';
import { type OrderPaymentStatus, paymentStatuses } from '../../orders/index.js';
import { QuotedEntryView } from '../attempts/quoted-entry.view.js';
import { RefundView } from './refund.view.js';

/** What a refund would return, and what follows if it succeeds. */
export class RefundQuoteView extends OmitType(RefundView, ['id', 'status', 'createdAt', 'updatedAt'] as const) {
  @ApiProperty({ enum: paymentStatuses, description: 'Of the order, once the money is back' })
  readonly paymentStatus: OrderPaymentStatus;
  @ApiProperty({ type: [QuotedEntryView], description: 'What the ledger gets' })
  readonly entries: readonly QuotedEntryView[];
}
