import { ApiProperty } from '@nestjs/swagger';
import { type ApprovalStatus, approvalStatuses } from './approval.entity.js';

/** A request for a second person's approval, as clients see it. */
export class ApprovalView {
  @ApiProperty({ example: 'apr_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly paymentId: string;
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
