import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { IfPresent, IsJsonObject, IsWhole } from '../../platform/http/index.js';
import type { Attributes, NewProduct } from '../domain/product.js';
import { MAX_ON_HAND } from '../domain/stock.js';
import { MoneyDto } from './money.dto.js';
import { IsDescription, IsLabel, IsPrice, IsSku, IsTaxClass, IsWeight, TAX_CLASS } from './product-fields.js';

export class OpeningStockDto {
  @ApiProperty({ example: 50 })
  @IsWhole({ min: 0, max: MAX_ON_HAND })
  readonly onHand: number;
}

export class CreateProductDto implements NewProduct {
  @ApiProperty({ example: '85123A', maxLength: 100 })
  @IsSku()
  readonly sku: string;

  @ApiProperty({ example: 'White hanging heart', maxLength: 300 })
  @IsLabel(300)
  readonly name: string;

  @ApiPropertyOptional({ default: '', maxLength: 10_000 })
  @IfPresent()
  @IsDescription()
  readonly description?: string;

  @IsPrice()
  readonly price: MoneyDto;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { color: 'red' } })
  @IfPresent()
  @IsJsonObject()
  readonly attributes?: Attributes;

  @ApiPropertyOptional({
    description: 'Which tax rate applies, as in tax rates; no tax when absent',
    pattern: TAX_CLASS.source,
    example: 'standard',
  })
  @IfPresent()
  @IsTaxClass()
  readonly taxClass?: string;

  @ApiPropertyOptional({ description: 'Grams of one piece; shipping by weight needs it', example: 340 })
  @IfPresent()
  @IsWeight()
  readonly weight?: number;

  @ApiPropertyOptional({ type: OpeningStockDto })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => OpeningStockDto)
  readonly stock?: OpeningStockDto;
}
