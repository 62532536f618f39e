import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { IfPresent, IsText, IsWhole } from '../../../platform/http/index.js';
import { MAX_AMOUNT } from '../../../shared/money.js';
import { STATEMENT_DESCRIPTOR, STATEMENT_DESCRIPTOR_RULE } from '../../domain/statement-descriptor.js';

export class CreatePaymentDto {
  @ApiProperty({ example: 'pm_ok', description: "The provider's token for the shopper's card; never a card number" })
  @IsText({ min: 1, max: 200 })
  readonly paymentMethod: string;

  @ApiPropertyOptional({
    description:
      "The first of PAYMENT_PROVIDERS when absent. `store_credit` spends the customer's store credit, with that as the paymentMethod too",
  })
  @IfPresent()
  @IsText({ min: 1, max: 50 })
  readonly provider?: string;

  @ApiPropertyOptional({
    enum: ['automatic', 'manual'],
    description:
      "manual only authorises. CAPTURE_MODE of the shop when absent; another than the shop's needs payments:capture",
  })
  @IfPresent()
  @IsIn(['automatic', 'manual'])
  readonly capture?: 'automatic' | 'manual';

  @ApiPropertyOptional({ description: 'Minor units; all that is left to pay when absent' })
  @IfPresent()
  @IsWhole({ min: 1, max: MAX_AMOUNT })
  readonly amount?: number;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 22,
    pattern: STATEMENT_DESCRIPTOR.source,
    description:
      "What the shopper's statement calls the payment, where the provider takes that; its default when absent",
    example: 'ORDER 1001',
  })
  @IfPresent()
  @Matches(STATEMENT_DESCRIPTOR, { message: STATEMENT_DESCRIPTOR_RULE })
  readonly statementDescriptor?: string;
}
