import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { UserId } from '../../shared/ids.js';
import { IfPresent, IsId, PageQuery } from '../../platform/http/index.js';
import { type OrderStatus, orderStatuses } from '../domain/order-state.js';

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
