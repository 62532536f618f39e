import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, IsText, PageQuery } from '../../../platform/http/index.js';
import { type DifferenceState, differenceStates } from '../../domain/difference-state.js';

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
