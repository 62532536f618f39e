import { ApiProperty } from '@nestjs/swagger';
import type { Finding } from '../platform/proof/index.js';

/** One rule, and what recomputing it found. */
export class ProofCheckView implements Finding {
  @ApiProperty({ example: 'ledger_transactions_balance' }) readonly name: string;
  @ApiProperty({ description: 'The rule in words' }) readonly rule: string;
  @ApiProperty() readonly holds: boolean;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Figures compared, or rows that break it' })
  readonly detail: Finding['detail'];
}

/** What was recomputed, and whether all of it holds. */
export class ProofView {
  @ApiProperty() readonly balanced: boolean;
  @ApiProperty({ format: 'date-time' }) readonly checkedAt: string;
  @ApiProperty({ type: [ProofCheckView] }) readonly checks: readonly ProofCheckView[];
}
