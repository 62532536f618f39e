import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, PageQuery } from '../../../platform/http/index.js';
import { type DisputeStatus, disputeStatuses } from '../../domain/dispute-decision.js';

export class ListDisputesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: disputeStatuses })
  @IfPresent()
  @IsIn(disputeStatuses)
  readonly status?: DisputeStatus;
}
