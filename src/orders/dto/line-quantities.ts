import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsObject,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import type { LineId } from '../../shared/ids.js';
import { IfPresent, IsId } from '../../platform/http/index.js';
import { MAX_LINES } from './place-order.dto.js';

/** Pieces of one line of an order. */
export class LineQuantityDto {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' })
  @IsId('lin')
  readonly lineId: LineId;

  @ApiProperty({ minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly quantity: number;
}

/** Pieces of lines of an order, each line once; may be absent. */
export const LineQuantities = (): PropertyDecorator =>
  applyDecorators(
    IfPresent() as PropertyDecorator,
    IsArray() as PropertyDecorator,
    ArrayMinSize(1) as PropertyDecorator,
    ArrayMaxSize(MAX_LINES) as PropertyDecorator,
    ArrayUnique(({ lineId }: LineQuantityDto) => lineId) as PropertyDecorator,
    IsObject({ each: true }) as PropertyDecorator,
    ValidateNested({ each: true }) as PropertyDecorator,
    Type(() => LineQuantityDto) as PropertyDecorator,
  ) as PropertyDecorator;
