import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent } from '../../platform/http/index.js';

export class ProofQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description:
      'true recomputes everything; else what was written since the last checkpoint, with all that belongs to it',
  })
  @IfPresent()
  @IsIn(['true', 'false'])
  readonly full?: 'true' | 'false';
}
