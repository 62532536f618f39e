import { ApiPropertyOptional } from '@nestjs/swagger';
import { IfPresent, IsText, PageQuery } from '../../http/index.js';

export class ListDeadLettersQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'mail' })
  @IfPresent()
  @IsText({ max: 50 })
  readonly consumer?: string;
}
