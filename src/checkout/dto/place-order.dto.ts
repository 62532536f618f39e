import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsObject, Matches, ValidateNested } from 'class-validator';
import type { ProductId, ShippingMethodId, UserId } from '../../shared/ids.js';
import { MAX_AMOUNT } from '../../shared/money.js';
import type { Caller } from '../../platform/access/index.js';
import { IfPresent, IsCurrency, IsId, IsJsonObject, IsWhole, ListOf, ShortListOf } from '../../platform/http/index.js';
import {
  ManualDiscountDto,
  MAX_CHARGES,
  MAX_LINES,
  OrderChargeDto,
  shippingAddress,
  type WantedOrder,
} from '../../orders/index.js';
import { COUPON_CODE } from '../../promotions/index.js';
import { CreatePaymentDto } from '../../payments/index.js';

/** The most lines, of four values each, with address, metadata and payment. */
export const LARGEST_ORDER = { bodyLimit: 256 * 1024, maxValues: 4 * MAX_LINES + 2500 };
const MAX_COUPONS = 5;
const MAX_DISCOUNTS = 5;
const MAX_QUANTITY = 1_000_000;

export class PlaceOrderLineDto {
  @ApiProperty({ example: 'prd_01h455vb4pex5vsknk084sn02q' })
  @IsId('prd')
  readonly productId: ProductId;

  @IsWhole({ min: 1, max: MAX_QUANTITY })
  readonly quantity: number;

  @ApiPropertyOptional({ description: 'Minor units; needs orders:override_price' })
  @IfPresent()
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly unitPrice?: number;
}

/** The first payment of an order, made with it. The shop's setting says when its money is captured. */
export class OrderPaymentDto extends OmitType(CreatePaymentDto, ['capture'] as const) {}

export class PlaceOrderDto {
  @ApiPropertyOptional({ description: "ISO 4217; the first line's currency when absent", example: 'EUR' })
  @IfPresent()
  @IsCurrency()
  readonly currency?: string;

  @ApiProperty({ type: [PlaceOrderLineDto] })
  @ListOf(() => PlaceOrderLineDto, { max: MAX_LINES })
  readonly lines: PlaceOrderLineDto[];

  @ApiPropertyOptional({ description: "The caller when absent; another user's needs orders:write" })
  @IfPresent()
  @IsId('usr')
  readonly customerId?: UserId;

  @ApiPropertyOptional(shippingAddress)
  @IfPresent()
  @IsJsonObject()
  readonly shippingAddress?: Record<string, unknown>;

  @ApiPropertyOptional({ type: Object })
  @IfPresent()
  @IsJsonObject()
  readonly metadata?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', pattern: COUPON_CODE.source },
    maxItems: MAX_COUPONS,
    description: 'Codes of coupons, in any case',
    example: ['WELCOME10'],
  })
  @IfPresent()
  @IsArray()
  @ArrayMaxSize(MAX_COUPONS)
  @ArrayUnique((code: unknown) => String(code).toUpperCase())
  @Matches(COUPON_CODE, { each: true, message: 'must each be 1 to 50 letters, digits, - and _' })
  readonly couponCodes?: string[];

  @ApiPropertyOptional({
    type: [ManualDiscountDto],
    description:
      'What staff take off the goods, after all promotions; needs orders:discount and a sign-in of the shift',
  })
  @IfPresent()
  @ShortListOf(() => ManualDiscountDto, { max: MAX_DISCOUNTS })
  readonly discounts?: ManualDiscountDto[];

  @ApiPropertyOptional({
    description: 'The way to ship it, from GET /v1/shipping-methods',
    example: 'shm_01h455vb4pex5vsknk084sn02q',
  })
  @IfPresent()
  @IsId('shm')
  readonly shippingMethod?: ShippingMethodId;

  @ApiPropertyOptional({
    type: [OrderChargeDto],
    description: 'What the order is to cost beside its goods; needs orders:override_price',
  })
  @IfPresent()
  @ShortListOf(() => OrderChargeDto, { max: MAX_CHARGES })
  readonly charges?: OrderChargeDto[];

  @ApiPropertyOptional({
    description:
      'Minor units: the total that the customer saw. The order is refused with total_changed when it comes to another',
    example: 1998,
  })
  @IfPresent()
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly expectedTotal?: number;

  @ApiPropertyOptional({
    type: OrderPaymentDto,
    description:
      'Pays for the order in the same request; its amount is the total when absent. The order is placed also when the payment is declined',
  })
  @IfPresent()
  @IsObject()
  @ValidateNested()
  @Type(() => OrderPaymentDto)
  readonly payment?: OrderPaymentDto;
}

/** An order to quote: as it would be placed. */
export class QuoteOrderDto extends OmitType(PlaceOrderDto, ['payment'] as const) {}

/** Returns the order that the caller wants: theirs if it names no customer, with what they take off. */
export function wantedOf({ discounts, ...body }: QuoteOrderDto, caller: Caller): WantedOrder {
  const wanted = { ...body, customerId: body.customerId ?? caller.userId };
  if (!discounts) return wanted;
  const { userId: actorId } = caller;
  return { ...wanted, discounts: discounts.map((discount) => ({ name: 'Discount', ...discount, actorId })) };
}
