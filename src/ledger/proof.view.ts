import { ApiProperty } from '@nestjs/swagger';
import type { Finding } from '../platform/proof/index.js';

/** One rule and its result. */
export class ProofCheckView implements Finding {
  @ApiProperty({ example: 'ledger_transactions_balance' }) readonly name: string;
  @ApiProperty({ description: 'The rule in words' }) readonly rule: string;
  @ApiProperty() readonly holds: boolean;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Figures compared, or rows that break it' })
  readonly detail: Finding['detail'];
}

/** The last full proof. */
export class FullProofView {
  @ApiProperty({ format: 'date-time' }) readonly at: string;
  @ApiProperty() readonly holds: boolean;
}

/** A proof: its rules, and whether all of them hold. */
export class ProofView {
  @ApiProperty() readonly balanced: boolean;
  @ApiProperty({ format: 'date-time' }) readonly checkedAt: string;

  @ApiProperty({
    enum: ['incremental', 'full'],
    description:
      'Whether everything was recomputed, or what was written since the last checkpoint, with all that belongs to it',
  })
  readonly mode: 'incremental' | 'full';

  @ApiProperty({ type: String, nullable: true, description: 'Why everything was recomputed without being asked for' })
  readonly because: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The checkpoint of an incremental proof',
  })
  readonly since: string | null;

  @ApiProperty({ type: FullProofView, nullable: true, description: 'The last time that everything was recomputed' })
  readonly lastFullProof: FullProofView | null;

  @ApiProperty({ type: [ProofCheckView] }) readonly checks: readonly ProofCheckView[];
}
