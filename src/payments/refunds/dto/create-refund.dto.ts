import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText, IsWhole } from '../../../platform/http/index.js';
import { LineQuantities, LineQuantityDto } from '../../../orders/index.js';
import { MAX_AMOUNT } from '../../../shared/money.js';

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

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly reason?: string;
}
