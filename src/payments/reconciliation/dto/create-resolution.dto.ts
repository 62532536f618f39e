import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { DifferenceId } from '../../../shared/ids.js';
import { IsId, IsText } from '../../../platform/http/index.js';

export class CreateResolutionDto {
  @ApiProperty({ example: 'rcd_01h455vb4pex5vsknk084sn02q' })
  @IsId('rcd')
  readonly differenceId: DifferenceId;

  @ApiProperty({ enum: ['explained', 'resolved'], description: 'explained: known, and still to be put right' })
  @IsIn(['explained', 'resolved'])
  readonly state: 'explained' | 'resolved';

  @ApiProperty({ maxLength: 500, description: 'Why, for whoever asks later' })
  @IsText({ max: 500, blank: false })
  readonly note: string;
}
