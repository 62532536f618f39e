import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, IsMoment, IsText } from '../../platform/http/index.js';
import type { PromotionChange } from '../domain/promotion-change.js';
import { type PromotionStatus, promotionStatuses } from '../domain/promotion.js';
import { IsMinorUnits, IsUses } from './promotion-fields.js';

export class ChangePromotionDto implements PromotionChange {
  @ApiPropertyOptional({ example: 'Welcome' })
  @IfPresent()
  @IsText({ max: 100, blank: false })
  readonly name?: string;

  @IsMoment('The first moment at which it does not apply')
  readonly validUntil?: Date;

  @ApiPropertyOptional({ enum: promotionStatuses })
  @IfPresent()
  @IsIn(promotionStatuses)
  readonly status?: PromotionStatus;

  @IsUses('How many orders may use it; not below what is used')
  readonly usageLimit?: number;

  @IsMinorUnits('What it may take off all orders together, in minor units; not below what is spent')
  readonly budget?: number;

  @IsUses('How many orders of one customer may use it')
  readonly customerLimit?: number;

  @IsMinorUnits('What it may take off all orders of one customer together, in minor units')
  readonly customerBudget?: number;
}
