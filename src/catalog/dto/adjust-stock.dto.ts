import { IsWhole } from '../../platform/http/index.js';
import { ApiProperty } from '@nestjs/swagger';
import { NotEquals } from 'class-validator';
import { MAX_ADJUSTMENT } from '../domain/stock.js';
import { IsLabel } from './product-fields.js';

export class AdjustStockDto {
  @ApiProperty({ description: 'Pieces found (above zero) or lost (below)', example: -2 })
  @IsWhole({ min: -MAX_ADJUSTMENT, max: MAX_ADJUSTMENT })
  @NotEquals(0)
  readonly delta: number;

  @ApiProperty({ example: 'broken in the warehouse', maxLength: 500 })
  @IsLabel(500)
  readonly reason: string;
}
