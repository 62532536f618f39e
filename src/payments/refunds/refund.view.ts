import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { refundStatuses, type RefundStatus } from '../domain/payment.js';

const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 333 } as const;

/** Refunded pieces of a line, with the tax in their price. */
export class RefundLineView {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' }) readonly lineId: string;
  @ApiProperty({ type: 'integer', example: 1 }) readonly quantity: number;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty(minorUnits) readonly tax: number;
}

/** A refunded charge, with the tax in it. */
export class RefundChargeView {
  @ApiProperty({ example: 'chg_01h455vb4pex5vsknk084sn02q' }) readonly chargeId: string;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty(minorUnits) readonly tax: number;
}

/** A refund as clients see it. */
export class RefundView {
  @ApiProperty({ example: 'rfd_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly paymentId: string;
  @ApiProperty({ type: 'integer', description: 'Minor units of the currency', example: 1999 }) readonly amount: number;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
  @ApiPropertyOptional({ type: [RefundLineView], description: 'Only of a refund of lines or charges' })
  readonly lines?: readonly RefundLineView[];
  @ApiPropertyOptional({ type: [RefundChargeView], description: 'Only of a refund of charges' })
  readonly charges?: readonly RefundChargeView[];
  @ApiProperty({ enum: refundStatuses }) readonly status: RefundStatus;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}
