import { ApiProperty } from '@nestjs/swagger';
import { IsCurrency, IsWhole } from '../../platform/http/index.js';
import { MAX_AMOUNT, type Money } from '../../shared/money.js';

export class MoneyDto implements Money {
  @ApiProperty({ description: 'Minor units (cents, pence, yen)', example: 1999 })
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly amount: number;

  @ApiProperty({ description: 'ISO 4217 code', example: 'EUR' })
  @IsCurrency()
  readonly currency: string;
}
