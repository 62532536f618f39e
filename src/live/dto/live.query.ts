import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, Matches, Max, Min } from 'class-validator';
import { IfPresent, IsId } from '../../platform/http/index.js';
import { FILTER } from '../../shared/event-filter.js';
import type { OrderId } from '../../shared/ids.js';

/** What a live connection gets. */
export class LiveQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Types of events, separated by commas: `order.*,payment.captured`',
  })
  @IfPresent()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(FILTER, { each: true, message: 'must be types such as order.placed or order.*, separated by commas' })
  readonly types?: string[];

  @ApiPropertyOptional({ description: 'The order whose events are wanted' })
  @IfPresent()
  @IsId('ord')
  readonly orderId?: OrderId;

  @ApiPropertyOptional({ type: 'integer', description: 'The sequence of the last event that the client has' })
  @IfPresent()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after?: number;
}
