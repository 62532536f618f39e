import { ApiProperty } from '@nestjs/swagger';

/** One side of a posting to the ledger. */
export class QuotedEntryView {
  @ApiProperty({ example: 'refunds:GB:S:20' }) readonly account: string;
  @ApiProperty({ type: 'integer', description: 'Minor units; a debit is positive', example: 1667 })
  readonly amount: number;
}
