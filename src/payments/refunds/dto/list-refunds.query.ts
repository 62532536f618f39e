import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, PageQuery } from '../../../platform/http/index.js';
import { refundStatuses, type RefundStatus } from '../../domain/payment.js';

export class ListRefundsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: refundStatuses,
    description: 'failed: refused by their providers, and left to people: see the retries of a refund',
  })
  @IfPresent()
  @IsIn(refundStatuses)
  readonly status?: RefundStatus;
}
