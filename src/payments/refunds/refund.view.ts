import { ApiProperty } from '@nestjs/swagger';
import { refundStatuses, type RefundStatus } from '../domain/payment.js';

/** A refund as clients see it. */
export class RefundView {
  @ApiProperty({ example: 'rfd_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly paymentId: string;
  @ApiProperty({ type: 'integer', description: 'Minor units of the currency', example: 1999 }) readonly amount: number;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
  @ApiProperty({ enum: refundStatuses }) readonly status: RefundStatus;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}
