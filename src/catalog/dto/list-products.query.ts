import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, registerDecorator } from 'class-validator';
import { IfPresent, IsCurrency, IsText, IsWhole, PageQuery } from '../../platform/http/index.js';
import { MAX_AMOUNT } from '../../shared/money.js';
import { isWithin } from '../../shared/text.js';
import type { AttributeFilter } from '../domain/attribute-filter.js';
import { type ProductStatus, productStatuses } from '../domain/product.js';
import { type ProductSort, productSorts } from '../domain/product-sort.js';

/** How many attributes a filter may name, with how many values each. */
export const MAX_FILTERS = 10;
/** The characters of a value. */
export const MAX_FILTER_LENGTH = 200;

export class ListProductsQuery extends PageQuery {
  @ApiPropertyOptional({
    description:
      'Search text: words, "phrases", -excluded, either or other; without accents, and with one slip a word where nothing else is found',
    maxLength: 200,
  })
  @IfPresent()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || undefined : value))
  @IsText({ max: 200 })
  readonly q?: string;

  @ApiPropertyOptional({ description: 'The whole sku, in any case' })
  @IfPresent()
  @IsText({ max: 100 })
  readonly sku?: string;

  @ApiPropertyOptional({ enum: productStatuses, description: 'Archived products are seen with catalog:write only' })
  @IfPresent()
  @IsIn(productStatuses)
  readonly status?: ProductStatus;

  @ApiPropertyOptional({ description: 'Minor units' })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly minPrice?: number;

  @ApiPropertyOptional({ description: 'Minor units' })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly maxPrice?: number;

  @ApiPropertyOptional({ description: 'ISO 4217 code of the price; needed with minPrice, maxPrice and sort by price' })
  @IfPresent()
  @IsCurrency()
  readonly currency?: string;

  /** Sent as `attributes[color]=red`. */
  @IsAttributeFilter()
  readonly attributes?: AttributeFilter;

  @ApiPropertyOptional({ enum: productSorts, default: '-createdAt' })
  @IfPresent()
  @IsIn(productSorts)
  readonly sort: ProductSort = '-createdAt';

  /** Longer than for other lists, because a cursor of a list sorted by name holds a name. */
  @IfPresent()
  @IsText({ max: 3000 })
  override readonly cursor?: string;
}

function IsAttributeFilter(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'attributeFilter',
      target: target.constructor,
      propertyName: property as string,
      options: {
        message: `takes at most ${MAX_FILTERS} attributes[name]=value of at most ${MAX_FILTERS} values and ${MAX_FILTER_LENGTH} characters each`,
      },
      validator: { validate: (value: unknown) => value === undefined || isAttributeFilter(value) },
    });
}

function isAttributeFilter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const filters = Object.values(value);
  return filters.length <= MAX_FILTERS && filters.every((values) => Array.isArray(values) && areTexts(values));
}

function areTexts(values: readonly unknown[]): boolean {
  return (
    values.length <= MAX_FILTERS &&
    values.every((text) => typeof text === 'string' && isWithin(text, MAX_FILTER_LENGTH))
  );
}
