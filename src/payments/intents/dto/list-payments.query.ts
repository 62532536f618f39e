import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn } from 'class-validator';
import { IfPresent, IsCurrency, IsMoment, IsText, IsWhole, PageQuery } from '../../../platform/http/index.js';
import { MAX_AMOUNT } from '../../../shared/money.js';
import type { PaymentStatus } from '../../domain/payment.js';
import { paymentStatuses } from '../../domain/payment-state.js';

export class ListPaymentsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: paymentStatuses })
  @IfPresent()
  @IsIn(paymentStatuses)
  readonly status?: PaymentStatus;

  @ApiPropertyOptional({ description: 'The name of a provider', example: 'sandbox' })
  @IfPresent()
  @IsText({ max: 100 })
  readonly provider?: string;

  @ApiPropertyOptional({ description: "The provider's id of the payment, such as Stripe's pi_..." })
  @IfPresent()
  @IsText({ max: 255 })
  readonly reference?: string;

  @ApiPropertyOptional({ description: 'ISO 4217', example: 'EUR' })
  @IfPresent()
  @IsCurrency()
  readonly currency?: string;

  @ApiPropertyOptional({ description: 'Minor units. Needs createdFrom or reference' })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly minAmount?: number;

  @ApiPropertyOptional({ description: 'Minor units. Needs createdFrom or reference' })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly maxAmount?: number;

  @IsMoment('Made at this time or later (UTC, ISO 8601)')
  readonly createdFrom?: Date;

  @IsMoment('Made before this time (UTC, ISO 8601)')
  readonly createdTo?: Date;
}
