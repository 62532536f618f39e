import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { IfPresent, IsJsonObject } from '../../platform/http/index.js';
import { type Attributes, type ProductChange, type ProductStatus, productStatuses } from '../domain/product.js';
import { MoneyDto } from './money.dto.js';
import { IsDescription, IsLabel, IsPrice, IsSku, IsTaxClass, IsWeight, TAX_CLASS } from './product-fields.js';

export class ChangeProductDto implements ProductChange {
  @ApiPropertyOptional({ description: 'Orders keep the sku they were placed with' })
  @IfPresent()
  @IsSku()
  readonly sku?: string;

  @ApiPropertyOptional({ maxLength: 300 })
  @IfPresent()
  @IsLabel(300)
  readonly name?: string;

  @ApiPropertyOptional({ maxLength: 10_000 })
  @IfPresent()
  @IsDescription()
  readonly description?: string;

  @IfPresent()
  @IsPrice({ required: false })
  readonly price?: MoneyDto;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Replaces all attributes' })
  @IfPresent()
  @IsJsonObject()
  readonly attributes?: Attributes;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Which tax rate applies to new orders; null for no tax',
    pattern: TAX_CLASS.source,
    example: 'standard',
  })
  @ValidateIf(({ taxClass }: ChangeProductDto) => taxClass !== undefined && taxClass !== null)
  @IsTaxClass()
  readonly taxClass?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    description: 'Grams of one piece; null takes it away',
    example: 340,
  })
  @ValidateIf(({ weight }: ChangeProductDto) => weight !== undefined && weight !== null)
  @IsWeight()
  readonly weight?: number | null;

  @ApiPropertyOptional({ enum: productStatuses })
  @IfPresent()
  @IsIn(productStatuses)
  readonly status?: ProductStatus;
}
