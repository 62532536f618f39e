import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText } from '../../platform/http/index.js';
import { LineQuantities, LineQuantityDto } from './line-quantity.dto.js';

export class CancelOrderDto {
  @ApiPropertyOptional({ type: [LineQuantityDto], description: 'All that is still to be shipped when absent' })
  @LineQuantities()
  readonly lines?: LineQuantityDto[];

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly reason?: string;
}
