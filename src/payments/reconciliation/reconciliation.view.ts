import { ApiProperty } from '@nestjs/swagger';
import { type DifferenceState, differenceStates } from '../domain/difference-state.js';
import { type DifferenceReason, differenceReasons } from '../domain/settlement-comparison.js';
import { type SettlementKind, settlementKinds } from '../domain/statement-kinds.js';

const count = { type: 'integer', example: 3 } as const;
const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 1999 } as const;

/** A line of a provider's statement. */
export class ProviderSideView {
  @ApiProperty({ description: "The provider's own id of the line" }) readonly settlementId: string;
  @ApiProperty({ type: String, nullable: true, description: 'What the provider calls such a movement' })
  readonly type: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What the provider calls the payment' })
  readonly reference: string | null;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty({ format: 'date-time' }) readonly settledAt: string;
}

/** The ledger transaction. */
export class LedgerSideView {
  @ApiProperty({ example: 'txn_01h455vb4pex5vsknk084sn02q' }) readonly transactionId: string;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty({ format: 'date-time' }) readonly postedAt: string;
}

export class DifferenceView {
  @ApiProperty({ example: 'rcd_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'rcn_01h455vb4pex5vsknk084sn02q' }) readonly reconciliationId: string;
  @ApiProperty({ enum: differenceReasons }) readonly reason: DifferenceReason;
  @ApiProperty({ enum: differenceStates }) readonly state: DifferenceState;
  @ApiProperty({ enum: settlementKinds }) readonly kind: SettlementKind;
  @ApiProperty({ type: String, nullable: true }) readonly orderId: string | null;
  @ApiProperty({ type: ProviderSideView, nullable: true, description: "The line of the provider's statement" })
  readonly provider: ProviderSideView | null;
  @ApiProperty({ type: LedgerSideView, nullable: true }) readonly ledger: LedgerSideView | null;
  @ApiProperty({ type: String, nullable: true, description: 'What was last said about it' })
  readonly note: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Who said so; null for Till itself' })
  readonly actorId: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}

class DifferenceCountsView {
  @ApiProperty(count) readonly open: number;
  @ApiProperty(count) readonly explained: number;
  @ApiProperty(count) readonly resolved: number;
}

class StatementTotalView {
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty({ type: 'integer', description: 'What the statement adds up to, in minor units', example: 98000 })
  readonly statement: number;
  @ApiProperty({ type: 'integer', description: 'What its lines have in the ledger', example: 97500 })
  readonly posted: number;
  @ApiProperty({ type: 'integer', description: 'What its differences have beyond the ledger', example: 500 })
  readonly differing: number;
}

export class ReconciliationView {
  @ApiProperty({ example: 'rcn_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'sandbox' }) readonly provider: string;
  @ApiProperty({ format: 'date', description: 'The UTC day' }) readonly date: string;
  @ApiProperty({ enum: differenceStates, description: 'open while a difference is; resolved also without any' })
  readonly state: DifferenceState;
  @ApiProperty({ ...count, description: 'How often it was run' }) readonly runs: number;
  @ApiProperty({ ...count, description: "Lines of the provider's statement" }) readonly settlements: number;
  @ApiProperty({ ...count, description: 'Ledger transactions they were compared with' }) readonly entries: number;
  @ApiProperty({ type: DifferenceCountsView }) readonly counts: DifferenceCountsView;
  @ApiProperty({ type: [StatementTotalView], description: 'By currency: statement = posted + differing' })
  readonly totals: StatementTotalView[];
  @ApiProperty({ type: [DifferenceView], description: 'The first 20, open ones first' })
  readonly differences: DifferenceView[];
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time', description: 'When it was last run' }) readonly runAt: string;
}

export class ResolutionView {
  @ApiProperty({ example: 'rcr_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'rcd_01h455vb4pex5vsknk084sn02q' }) readonly differenceId: string;
  @ApiProperty({ enum: differenceStates }) readonly state: DifferenceState;
  @ApiProperty() readonly note: string;
  @ApiProperty({ type: String, nullable: true }) readonly actorId: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
}

export class DifferencePostingView {
  @ApiProperty({ example: 'rcd_01h455vb4pex5vsknk084sn02q' }) readonly differenceId: string;
  @ApiProperty({ example: 'txn_01h455vb4pex5vsknk084sn02q', description: 'In the ledger' })
  readonly transactionId: string;
  @ApiProperty({ example: 'provider_clearing:stripe' }) readonly debit: string;
  @ApiProperty({ example: 'foreign_money' }) readonly credit: string;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty() readonly note: string;
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly actorId: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
}
