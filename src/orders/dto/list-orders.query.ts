import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn } from 'class-validator';
import type { UserId } from '../../shared/ids.js';
import { IfPresent, IsCurrency, IsId, IsMoment, IsText, IsWhole, PageQuery } from '../../platform/http/index.js';
import { MAX_AMOUNT } from '../../shared/money.js';
import { type FulfillmentStatus, fulfillmentStatuses, type PaymentStatus, paymentStatuses } from '../domain/order.js';
import { type OrderStatus, orderStatuses } from '../domain/order-state.js';

const sorts = ['-createdAt', 'createdAt'] as const;

export class ListOrdersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'The number that people know the order by', example: 1042 })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 1, max: Number.MAX_SAFE_INTEGER })
  readonly number?: number;

  @ApiPropertyOptional({ description: 'Needs orders:read' })
  @IfPresent()
  @IsId('usr')
  readonly customerId?: UserId;

  @ApiPropertyOptional({ description: "The address of the customer's account, whatever its case", maxLength: 320 })
  @IfPresent()
  @IsText({ max: 320 })
  readonly email?: string;

  @ApiPropertyOptional({ enum: orderStatuses })
  @IfPresent()
  @IsIn(orderStatuses)
  readonly status?: OrderStatus;

  @ApiPropertyOptional({ enum: paymentStatuses })
  @IfPresent()
  @IsIn(paymentStatuses)
  readonly paymentStatus?: PaymentStatus;

  @ApiPropertyOptional({ enum: fulfillmentStatuses })
  @IfPresent()
  @IsIn(fulfillmentStatuses)
  readonly fulfillmentStatus?: FulfillmentStatus;

  @ApiPropertyOptional({ description: 'Orders with the product that has this SKU now, whatever its case' })
  @IfPresent()
  @IsText({ max: 100 })
  readonly sku?: string;

  @ApiPropertyOptional({ description: 'ISO 4217', example: 'EUR' })
  @IfPresent()
  @IsCurrency()
  readonly currency?: string;

  @ApiPropertyOptional({ description: 'Minor units. Needs createdFrom, or a filter that few orders pass' })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly minTotal?: number;

  @ApiPropertyOptional({ description: 'Minor units. Needs createdFrom, or a filter that few orders pass' })
  @IfPresent()
  @Type(() => Number)
  @IsWhole({ min: 0, max: MAX_AMOUNT })
  readonly maxTotal?: number;

  @IsMoment('Placed at this time or later (UTC, ISO 8601)')
  readonly createdFrom?: Date;

  @IsMoment('Placed before this time (UTC, ISO 8601)')
  readonly createdTo?: Date;

  @IsMoment(
    'For programs that keep a copy: orders that changed at this time or later, those with the oldest change first, each perhaps more than once. Takes no other filter and needs orders:read. Begin the next round with syncedUntil of the last page',
  )
  readonly updatedSince?: Date;

  @ApiPropertyOptional({ enum: sorts, default: '-createdAt' })
  @IfPresent()
  @IsIn(sorts)
  readonly sort: (typeof sorts)[number] = '-createdAt';
}
