import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, Matches } from 'class-validator';
import { IfPresent, IsCurrency, IsText, IsWhole, ShortListOf } from '../../platform/http/index.js';
import { MAX_AMOUNT } from '../../shared/money.js';
import { type RateBasis, rateBases, type ShippingStatus, shippingStatuses } from '../domain/shipping-method.js';

const MAX_RATES = 50;
const MAX_DAYS = 365;
const COUNTRY = /^[A-Z]{2}$/;
const TAX_CLASS = /^[a-z][a-z0-9_]{0,39}$/;

export class ShippingRateDto {
  @ApiProperty({ description: 'Minor units, pieces or grams, as ratedBy says', example: 10 })
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly from: number;

  @ApiProperty({ description: 'Minor units', example: 999 })
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly price: number;
}

export class CreateShippingMethodDto {
  @ApiProperty({ description: 'What customers see', example: 'Parcel' })
  @IsText({ max: 100, blank: false })
  readonly name: string;

  @ApiProperty({ description: 'ISO 4217; of the only orders to which it applies', example: 'GBP' })
  @IsCurrency()
  readonly currency: string;

  @ApiProperty({
    description: 'Minor units, where no rate applies; with its tax where prices include taxes',
    example: 499,
  })
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly price: number;

  @ApiPropertyOptional({
    description: 'Minor units: goods of this price before discounts are shipped for nothing',
    example: 5000,
  })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly freeFrom?: number;

  @ApiPropertyOptional({
    enum: rateBases,
    description: 'What rates go by: the price of the goods before discounts, their pieces, or their weight',
  })
  @IfPresent()
  @IsIn(rateBases)
  readonly ratedBy?: RateBasis;

  @ApiPropertyOptional({
    type: [ShippingRateDto],
    description: 'From the smallest on; the last one that is reached applies',
  })
  @IfPresent()
  @ShortListOf(() => ShippingRateDto, { max: MAX_RATES })
  readonly rates?: ShippingRateDto[];

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', pattern: COUNTRY.source },
    maxItems: 300,
    description: 'ISO 3166-1, two capital letters; everywhere when absent or empty',
    example: ['GB', 'IE'],
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(300)
  @ArrayUnique()
  @Matches(COUNTRY, { each: true, message: 'must each be a country in two capital letters' })
  readonly countries?: string[];

  @ApiPropertyOptional({ description: 'The promised window, in days after the order', example: 2 })
  @IfPresent()
  @IsWhole({ min: 0, max: MAX_DAYS })
  readonly minDays?: number;

  @ApiPropertyOptional({ example: 4 })
  @IfPresent()
  @IsWhole({ min: 0, max: MAX_DAYS })
  readonly maxDays?: number;

  @ApiPropertyOptional({
    description: 'Taxed as products of this class; as the goods, in proportion to their prices, when absent',
    pattern: TAX_CLASS.source,
    example: 'standard',
  })
  @IfPresent()
  @Matches(TAX_CLASS, { message: 'must be a name of small letters, digits and _' })
  readonly taxClass?: string;
}

export class ChangeShippingMethodDto {
  @ApiPropertyOptional({ example: 'Parcel' })
  @IfPresent()
  @IsText({ max: 100, blank: false })
  readonly name?: string;

  @ApiPropertyOptional({ description: 'Minor units, where no rate applies', example: 599 })
  @IfPresent()
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly price?: number;

  @ApiPropertyOptional({ description: 'Minor units: goods of this price are shipped for nothing', example: 6000 })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly freeFrom?: number;

  @ApiPropertyOptional({ enum: shippingStatuses })
  @IfPresent()
  @IsIn(shippingStatuses)
  readonly status?: ShippingStatus;
}
