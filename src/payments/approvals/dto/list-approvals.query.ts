import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, PageQuery } from '../../../platform/http/index.js';
import { type ApprovalStatus, approvalStatuses } from '../approval.entity.js';

export class ListApprovalsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: approvalStatuses })
  @IfPresent()
  @IsIn(approvalStatuses)
  readonly status?: ApprovalStatus;
}
