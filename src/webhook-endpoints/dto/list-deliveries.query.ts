import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, PageQuery } from '../../platform/http/index.js';
import { type DeliveryStatus, deliveryStatuses } from '../webhook-delivery.entity.js';

export class ListDeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: deliveryStatuses })
  @IfPresent()
  @IsIn(deliveryStatuses)
  readonly status?: DeliveryStatus;
}
