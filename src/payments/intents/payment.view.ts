import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Decline, NextAction, Payment, PaymentStatus } from '../domain/payment.js';
import { paymentStatuses } from '../domain/payment-state.js';

const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 1999 } as const;

/** The reason of a decline. */
export class DeclineView implements Decline {
  @ApiProperty({ example: 'card_declined' }) readonly code: string;
  @ApiProperty({ description: 'Whether another try may succeed' }) readonly retryable: boolean;
}

/** A payment as clients see it. */
export class NextActionView {
  @ApiProperty({ enum: ['redirect', 'display'] }) readonly type: NextAction['type'];
  @ApiProperty({
    type: String,
    format: 'uri',
    nullable: true,
    description:
      "`redirect`: send the shopper's browser there. `display`: a page with the instructions, if there is one",
  })
  readonly url: string | null;
  @ApiPropertyOptional({ description: 'How the shopper pays, of `display`', example: 'konbini' })
  readonly method?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'Until when they can pay' })
  readonly expiresAt?: string | null;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What to show to the shopper, of `display`',
    example: { entity: '11249', reference: '123 456 789' },
  })
  readonly details?: Readonly<Record<string, string>>;
}

export class PaymentView {
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ example: 'sandbox' }) readonly provider: string;
  @ApiProperty({ enum: paymentStatuses }) readonly status: PaymentStatus;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty(minorUnits) readonly authorizedAmount: number;
  @ApiProperty(minorUnits) readonly capturedAmount: number;
  @ApiProperty(minorUnits) readonly refundedAmount: number;
  @ApiProperty({ enum: ['automatic', 'manual'] }) readonly capture: Payment['capture'];
  @ApiProperty({
    type: String,
    nullable: true,
    description: "What the shopper's statement calls it",
    example: 'ORDER 1001',
  })
  readonly statementDescriptor: string | null;
  @ApiProperty({ type: NextActionView, nullable: true, description: 'What the shopper must do first' })
  readonly nextAction: NextActionView | null;
  @ApiProperty({ type: DeclineView, nullable: true }) readonly decline: DeclineView | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}
