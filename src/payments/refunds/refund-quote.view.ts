import { ApiProperty, OmitType } from '@nestjs/swagger';
import { type PaymentStatus, paymentStatuses } from '../../orders/index.js';
import { RefundView } from './refund.view.js';

/** One side of a posting to the ledger. */
export class QuotedEntryView {
  @ApiProperty({ example: 'refunds:GB:S:20' }) readonly account: string;
  @ApiProperty({ type: 'integer', description: 'Minor units; a debit is positive', example: 1667 })
  readonly amount: number;
}

/** What a refund would return, and what follows if it succeeds. */
export class RefundQuoteView extends OmitType(RefundView, ['id', 'status', 'createdAt', 'updatedAt'] as const) {
  @ApiProperty({ enum: paymentStatuses, description: 'Of the order, once the money is back' })
  readonly paymentStatus: PaymentStatus;
  @ApiProperty({ type: [QuotedEntryView], description: 'What the ledger gets' })
  readonly entries: readonly QuotedEntryView[];
}
