import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IfPresent, IsId, IsText, IsWhole } from '../../../platform/http/index.js';
import type { PaymentId } from '../../../shared/ids.js';
import { MAX_AMOUNT } from '../../../shared/money.js';

export class RequestApprovalDto {
  @IsId('pay')
  readonly paymentId: PaymentId;

  @ApiPropertyOptional({ description: 'Minor units; all that is left to give back when absent' })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly amount?: number;

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly reason?: string;
}

const decisions = ['approve', 'reject'] as const;

export class DecideApprovalDto {
  @ApiProperty({ enum: decisions })
  @IsIn(decisions)
  readonly decision: (typeof decisions)[number];

  @ApiPropertyOptional()
  @IfPresent()
  @IsText({ max: 500 })
  readonly note?: string;
}
