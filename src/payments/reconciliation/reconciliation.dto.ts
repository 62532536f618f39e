import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { DifferenceId } from '../../shared/ids.js';
import { IfPresent, IsId, IsText, PageQuery } from '../../platform/http/index.js';
import { type DifferenceState, differenceStates } from '../domain/difference-state.js';

export class ListDifferencesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: differenceStates })
  @IfPresent()
  @IsIn(differenceStates)
  readonly state?: DifferenceState;
}

export class ListReconciliationsQuery extends ListDifferencesQuery {
  @ApiPropertyOptional({ example: 'sandbox' })
  @IfPresent()
  @IsText({ min: 1, max: 50 })
  readonly provider?: string;
}

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
