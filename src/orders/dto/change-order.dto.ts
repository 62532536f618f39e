import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import type { UserId } from '../../shared/ids.js';
import { IfPresent, IsId, IsText, PageQuery } from '../../platform/http/index.js';
import { type OrderStatus, orderStatuses } from '../domain/order-state.js';
import { LineQuantities, LineQuantityDto } from './line-quantities.js';

export class CancelOrderDto {
  @ApiPropertyOptional({ type: [LineQuantityDto], description: 'All that is still to be shipped when absent' })
  @LineQuantities()
  readonly lines?: LineQuantityDto[];

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly reason?: string;
}

export class FulfillOrderDto {
  @ApiPropertyOptional({ type: [LineQuantityDto], description: 'All that is left when absent' })
  @LineQuantities()
  readonly lines?: LineQuantityDto[];

  @ApiPropertyOptional({ description: 'Ships although a dispute is open or lost; needs orders:override_dispute' })
  @IfPresent()
  @IsBoolean()
  readonly overrideDispute?: boolean;

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 100 })
  readonly carrier?: string;

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 200 })
  readonly trackingNumber?: string;
}

export class ListOrdersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: orderStatuses })
  @IfPresent()
  @IsIn(orderStatuses)
  readonly status?: OrderStatus;

  @ApiPropertyOptional({ description: 'Needs orders:read' })
  @IfPresent()
  @IsId('usr')
  readonly customerId?: UserId;
}
