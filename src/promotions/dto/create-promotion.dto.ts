import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  Matches,
  ValidateNested,
} from 'class-validator';
import { IfPresent, IsCurrency, IsJsonObject, IsMoment, IsText } from '../../platform/http/index.js';
import {
  type Benefit,
  benefits,
  type PromotionConditions,
  type PromotionSource,
  promotionSources,
} from '../domain/promotion.js';
import type { WantedPromotion } from '../domain/new-promotion.js';
import { IsMinorUnits, IsUses, ListOfTexts } from './promotion-fields.js';

/** Letters, digits, - and _; the case does not count. */
export const COUPON_CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/;
/** More than 0 and at most 100, with at most four decimal places and no zero at their end. */
export const PERCENTAGE = /^(?!0(?:\.0*)?$)(?:100|[1-9]?\d(?:\.\d{0,3}[1-9])?)$/;

export class PromotionConditionsDto implements PromotionConditions {
  @IsMinorUnits('The price of the order before discounts, in minor units, at least')
  readonly subtotal?: number;

  @IsUses('The pieces of the order, at least')
  readonly quantity?: number;

  @ListOfTexts({ each: 100, max: 200 }, 'Only lines with these skus count, and are discounted')
  readonly skus?: string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Only lines of products whose attributes contain these count, and are discounted',
    example: { color: 'red' },
  })
  @IfPresent()
  @IsJsonObject()
  readonly attributes?: Record<string, unknown>;

  @ListOfTexts({ each: 30, max: 1000, pattern: /^usr_[0-9a-z]{26}$/ }, 'Only these customers')
  readonly customerIds?: string[];

  @ApiPropertyOptional({ description: 'Only the first order of a customer' })
  @IfPresent()
  @IsBoolean()
  readonly firstOrder?: boolean;

  @ListOfTexts(
    { each: 2, max: 300, pattern: /^[A-Z]{2}$/ },
    'Only orders to these countries (ISO 3166-1, two capital letters)',
  )
  readonly countries?: string[];
}

export class CreatePromotionDto implements WantedPromotion {
  @ApiProperty({ description: 'What customers see', example: 'Welcome' })
  @IsText({ max: 100, blank: false })
  readonly name: string;

  @ApiPropertyOptional({
    description: 'What customers enter, in any case; without one, it applies by itself',
    pattern: COUPON_CODE.source,
    example: 'WELCOME10',
  })
  @IfPresent()
  @Matches(COUPON_CODE, { message: 'must be 1 to 50 letters, digits, - and _' })
  readonly code?: string;

  @ApiProperty({ enum: benefits })
  @IsIn(benefits)
  readonly benefit: Benefit;

  @ApiPropertyOptional({
    description: 'Of a benefit in percent, in decimal digits',
    pattern: PERCENTAGE.source,
    example: '12.5',
  })
  @IfPresent()
  @Matches(PERCENTAGE, { message: 'must be a string such as "12.5", a percentage with at most four decimal places' })
  readonly percentage?: string;

  @IsMinorUnits('Of a benefit of an amount: minor units')
  readonly amount?: number;

  @IsUses('Of a benefit of pieces: so many are paid')
  readonly buyPieces?: number;

  @IsUses('Of a benefit of pieces: so many more are for nothing, the cheapest of the order')
  readonly freePieces?: number;

  @ApiPropertyOptional({ description: 'ISO 4217; of the only orders to which it applies', example: 'EUR' })
  @IfPresent()
  @IsCurrency()
  readonly currency?: string;

  @ApiPropertyOptional({ type: PromotionConditionsDto })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => PromotionConditionsDto)
  readonly conditions?: PromotionConditionsDto;

  @ApiPropertyOptional({
    enum: promotionSources,
    isArray: true,
    description: 'What it may be combined with, if that allows it too; nothing when absent',
  })
  @IfPresent()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(promotionSources.length)
  @IsIn(promotionSources, { each: true })
  readonly combinesWith?: PromotionSource[];

  @IsMoment('When it begins; now when absent')
  readonly validFrom?: Date;

  @IsMoment('The first moment at which it does not apply')
  readonly validUntil?: Date;

  @IsUses('How many orders may use it')
  readonly usageLimit?: number;

  @IsMinorUnits('What it may take off all orders together, in minor units')
  readonly budget?: number;

  @IsUses('How many orders of one customer may use it')
  readonly customerLimit?: number;

  @IsMinorUnits('What it may take off all orders of one customer together, in minor units')
  readonly customerBudget?: number;
}
