import { ApiProperty } from '@nestjs/swagger';
import { disputeStatuses, type DisputeStatus } from '../domain/dispute-decision.js';

/** A dispute as clients see it. */
export class DisputeView {
  @ApiProperty({ example: 'dsp_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly paymentId: string;
  @ApiProperty({ example: 'sandbox' }) readonly provider: string;
  @ApiProperty({ description: 'What the provider calls it', example: 'dp_1PNDWLE7' }) readonly reference: string;
  @ApiProperty({ type: 'integer', description: 'Minor units of the currency', example: 1999 }) readonly amount: number;
  @ApiProperty({ type: 'integer', description: 'The part that the payment still held', example: 1999 })
  readonly coveredAmount: number;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
  @ApiProperty({ enum: disputeStatuses }) readonly status: DisputeStatus;
  @ApiProperty({ format: 'date-time' }) readonly openedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly closedAt: string | null;
}
