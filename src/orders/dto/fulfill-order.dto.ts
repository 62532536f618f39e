import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IfPresent, IsText } from '../../platform/http/index.js';
import { LineQuantities, LineQuantityDto } from './line-quantity.dto.js';

export class FulfillOrderDto {
  @ApiPropertyOptional({ type: [LineQuantityDto], description: 'All that is left when absent' })
  @LineQuantities()
  readonly lines?: LineQuantityDto[];

  @ApiPropertyOptional({ description: 'Ships although a dispute is open or lost; needs orders:override_dispute' })
  @IfPresent()
  @IsBoolean()
  readonly overrideDispute?: boolean;

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 100 })
  readonly carrier?: string;

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 200 })
  readonly trackingNumber?: string;
}
