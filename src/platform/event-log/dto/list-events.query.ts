import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IfPresent, IsMoment, IsText, PageQuery } from '../../http/index.js';

export class ListEventsQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'user.registered' })
  @IfPresent()
  @IsText({ max: 100 })
  readonly type?: string;

  @ApiPropertyOptional({ description: 'The id of the thing that changed', example: 'usr_01h455vb4pex5vsknk084sn02q' })
  @IfPresent()
  @IsText({ max: 200 })
  readonly aggregateId?: string;

  @IsMoment('Not before this time (UTC, ISO 8601)')
  readonly from?: Date;

  @IsMoment('Before this time (UTC, ISO 8601)')
  readonly to?: Date;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Only events above this sequence, and the oldest first: to follow the log',
  })
  @IfPresent()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after?: number;
}
