import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { IsCurrency } from '../../platform/http/index.js';
import { MAX_AMOUNT, type Money } from '../../shared/money.js';

export class MoneyDto implements Money {
  @ApiProperty({ description: 'Minor units (cents, pence, yen)', example: 1999, minimum: 0, maximum: MAX_AMOUNT })
  @IsInt()
  @Min(0)
  @Max(MAX_AMOUNT)
  readonly amount: number;

  @ApiProperty({ description: 'ISO 4217 code', example: 'EUR' })
  @IsCurrency()
  readonly currency: string;
}
