import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ProductId, UserId } from '../../shared/ids.js';
import { MAX_AMOUNT } from '../../shared/money.js';
import { IfPresent, IsCurrency, IsId, IsJsonObject, ListOf, IsWhole } from '../../platform/http/index.js';

/** Enough for a wholesale order (a retailer's largest had 1,114 lines); one database statement takes them all. */
export const MAX_LINES = 1500;
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

  @ApiPropertyOptional({ type: Object })
  @IfPresent()
  @IsJsonObject()
  readonly shippingAddress?: Record<string, unknown>;

  @ApiPropertyOptional({ type: Object })
  @IfPresent()
  @IsJsonObject()
  readonly metadata?: Record<string, unknown>;
}
