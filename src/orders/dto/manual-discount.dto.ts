import { ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { PERCENTAGE } from '../../promotions/index.js';
import { IfPresent, IsText, IsWhole } from '../../platform/http/index.js';
import { MAX_AMOUNT } from '../../shared/money.js';

/** What staff take off the goods of an order: a percentage or an amount. */
export class ManualDiscountDto {
  @ApiPropertyOptional({ description: 'What customers see; Discount when absent', example: 'Sorry' })
  @IfPresent()
  @IsText({ max: 100, blank: false })
  readonly name?: string;

  @ApiPropertyOptional({ description: 'In decimal digits', pattern: PERCENTAGE.source, example: '12.5' })
  @IfPresent()
  @Matches(PERCENTAGE, { message: 'must be a string such as "12.5", a percentage with at most four decimal places' })
  readonly percentage?: string;

  @ApiPropertyOptional({ description: 'Minor units; at most what is left', example: 500 })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly amount?: number;

  /** Customers see it too. */
  @IsText({ max: 500, blank: false })
  readonly reason: string;
}
