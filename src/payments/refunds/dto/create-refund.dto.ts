import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ChargeId } from '../../../shared/ids.js';
import { IfPresent, IsId, IsText, IsWhole, ShortListOf } from '../../../platform/http/index.js';
import { LineQuantities, LineQuantityDto } from '../../../orders/index.js';
import { MAX_AMOUNT } from '../../../shared/money.js';

/** The most charges that one refund names. */
const MAX_REFUNDED_CHARGES = 100;

/** A charge of an order, to be refunded as a whole. */
export class RefundedChargeDto {
  @ApiProperty({ example: 'chg_01h455vb4pex5vsknk084sn02q' })
  @IsId('chg')
  readonly chargeId: ChargeId;
}

export class CreateRefundDto {
  @ApiPropertyOptional({ description: 'Minor units; all that is left to give back when absent' })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly amount?: number;

  @ApiPropertyOptional({
    type: [LineQuantityDto],
    description: 'Pieces to refund with the tax in them, instead of an amount',
  })
  @LineQuantities()
  readonly lines?: LineQuantityDto[];

  @ApiPropertyOptional({
    type: [RefundedChargeDto],
    description: 'Charges to refund with the tax in them, alone or with lines',
  })
  @IfPresent()
  @ShortListOf(() => RefundedChargeDto, { max: MAX_REFUNDED_CHARGES, uniqueBy: ({ chargeId }) => chargeId })
  readonly charges?: RefundedChargeDto[];

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly reason?: string;
}
