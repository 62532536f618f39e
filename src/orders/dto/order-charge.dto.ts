import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsTaxClass, TAX_CLASS } from '../../catalog/index.js';
import { IfPresent, IsText, IsWhole } from '../../platform/http/index.js';
import { MAX_AMOUNT } from '../../shared/money.js';
import { type ChargeKind, chargeKinds, type WantedCharge } from '../domain/order-charges.js';

/** What an order is to cost beside its goods. */
export class OrderChargeDto implements WantedCharge {
  @ApiProperty({ enum: chargeKinds })
  @IsIn(chargeKinds)
  readonly kind: ChargeKind;

  @ApiProperty({ description: 'What customers see', example: 'Delivery' })
  @IsText({ max: 100, blank: false })
  readonly name: string;

  @ApiProperty({ description: 'Minor units; with its tax where prices include taxes', example: 499 })
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly amount: number;

  @ApiPropertyOptional({
    description: 'Taxed as products of this class; as the goods, in proportion to their prices, when absent',
    pattern: TAX_CLASS.source,
    example: 'standard',
  })
  @IfPresent()
  @IsTaxClass()
  readonly taxClass?: string;
}
