import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { LineId } from '../../shared/ids.js';
import { IfPresent, IsId, ListOf, IsWhole } from '../../platform/http/index.js';
import { MAX_LINES } from '../domain/order-lines.js';

/** Pieces of one line of an order. */
export class LineQuantityDto {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' })
  @IsId('lin')
  readonly lineId: LineId;

  @IsWhole({ min: 1, max: 1_000_000 })
  readonly quantity: number;
}

/** Pieces of lines of an order, each line once; may be absent. */
export const LineQuantities = (): PropertyDecorator =>
  applyDecorators(
    IfPresent() as PropertyDecorator,
    ListOf(() => LineQuantityDto, { max: MAX_LINES, uniqueBy: ({ lineId }) => lineId }),
  ) as PropertyDecorator;
