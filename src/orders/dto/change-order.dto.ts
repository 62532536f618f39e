import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import type { LineId, UserId } from '../../shared/ids.js';
import { IfPresent, IsId, IsText, PageQuery } from '../../platform/http/index.js';
import { type OrderStatus, orderStatuses } from '../domain/order-state.js';

export class CancelOrderDto {
  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly reason?: string;
}

export class FulfilledLineDto {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' })
  @IsId('lin')
  readonly lineId: LineId;

  @ApiProperty({ minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly quantity: number;
}

export class FulfillOrderDto {
  @ApiPropertyOptional({ type: [FulfilledLineDto], description: 'All that is left when absent' })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique(({ lineId }: FulfilledLineDto) => lineId)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => FulfilledLineDto)
  readonly lines?: FulfilledLineDto[];

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
