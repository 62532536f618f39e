import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, IsMoment, PageQuery } from '../../../platform/http/index.js';
import { refundStatuses, type RefundStatus } from '../../domain/payment.js';

export class ListRefundsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: refundStatuses,
    description: 'failed: refused by their providers, and left to people: see the retries of a refund',
  })
  @IfPresent()
  @IsIn(refundStatuses)
  readonly status?: RefundStatus;

  @IsMoment('Made at this time or later (UTC, ISO 8601)')
  readonly createdFrom?: Date;

  @IsMoment('Made before this time (UTC, ISO 8601)')
  readonly createdTo?: Date;
}
