import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsText, IsWhole } from '../../platform/http/index.js';

export class FileLinkQuery {
  @ApiProperty({ description: 'Unix time in seconds' })
  @Type(() => Number)
  @IsWhole({ min: 0, max: Number.MAX_SAFE_INTEGER })
  readonly expires: number;

  @ApiProperty({ description: 'As the link has it' })
  @IsText({ max: 100 })
  readonly signature: string;
}
