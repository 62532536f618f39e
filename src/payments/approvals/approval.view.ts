import { ApiProperty } from '@nestjs/swagger';
import { type ApprovalStatus, approvalStatuses } from './approval.entity.js';

class CancelledPiecesView {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' }) readonly lineId: string;
  @ApiProperty({ type: 'integer' }) readonly quantity: number;
}

/** A request for a second person's approval, as clients see it. */
export class ApprovalView {
  @ApiProperty({ example: 'apr_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ type: String, nullable: true, description: 'The payment to refund; null for a cancellation' })
  readonly paymentId: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The order to cancel; null for a refund' })
  readonly orderId: string | null;
  @ApiProperty({
    type: [CancelledPiecesView],
    nullable: true,
    description: 'What to cancel; all that can be when null',
  })
  readonly lines: readonly CancelledPiecesView[] | null;
  @ApiProperty({ type: 'integer', description: 'Minor units of the currency', example: 99900 }) readonly amount: number;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
  @ApiProperty({ enum: approvalStatuses }) readonly status: ApprovalStatus;
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly requestedBy: string;
  @ApiProperty({ type: String, nullable: true }) readonly decidedBy: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly decidedAt: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly note: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The refund that was made of it' })
  readonly refundId: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
}
