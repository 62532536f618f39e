import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, IsText, IsWhole, PageQuery } from '../../platform/http/index.js';
import { MAX_AMOUNT } from '../../shared/money.js';
import { refundStatuses, type RefundStatus } from '../domain/payment.js';

export class CreateRefundDto {
  @ApiPropertyOptional({ description: 'Minor units; all that is left to give back when absent' })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly amount?: number;

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly reason?: string;
}

export class ListRefundsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: refundStatuses,
    description: 'failed: refused by their providers, and left to people: see the retries of a refund',
  })
  @IfPresent()
  @IsIn(refundStatuses)
  readonly status?: RefundStatus;
}
