import { ApiProperty } from '@nestjs/swagger';
import { OrderView } from '../../orders/index.js';
import { QuotedEntryView } from '../attempts/quoted-entry.view.js';

const minorUnits = { type: 'integer', description: 'Minor units', example: 1999 } as const;

class ReleasedLineView {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' }) readonly lineId: string;
  @ApiProperty({ type: 'integer', example: 1 }) readonly quantity: number;
}

class QuotedReturnView {
  @ApiProperty({ enum: ['void', 'refund'] }) readonly kind: 'void' | 'refund';
  @ApiProperty({ example: 'pay_01h455vb4pex5vsknk084sn02q' }) readonly paymentId: string;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty({ type: [QuotedEntryView], description: 'What the ledger gets; nothing for a void' })
  readonly entries: readonly QuotedEntryView[];
}

/** What a cancellation would do. */
export class CancellationQuoteView {
  @ApiProperty({ type: OrderView, description: 'The order after it' }) readonly order: OrderView;
  @ApiProperty({ type: [ReleasedLineView], description: 'Pieces whose stock is free then' })
  readonly released: readonly ReleasedLineView[];
  @ApiProperty({ type: [QuotedReturnView], description: 'What goes back, and to which payment' })
  readonly returns: readonly QuotedReturnView[];
}
