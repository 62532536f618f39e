import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';
import type {
  AttemptId,
  DifferenceId,
  LedgerTransactionId,
  OrderId,
  ReconciliationId,
  UserId,
} from '../../shared/ids.js';
import type { DifferenceState } from '../domain/difference-state.js';
import type { DifferenceReason } from '../domain/settlement-comparison.js';
import type { SettlementKind } from '../domain/statement-kinds.js';
import type { RecordedDifference } from './reconciliation.js';

const ofLastResolution = (column: string) => ({
  query: (difference: string) =>
    `SELECT r.${column} FROM reconciliation_resolutions r WHERE r.difference_id = ${difference}.id ORDER BY r.id DESC LIMIT 1`,
});

/** A difference between statement and ledger, with its last resolution. Amounts are minor units. */
@Entity('reconciliation_differences')
export class DifferenceEntity implements RecordedDifference {
  @PrimaryColumn('uuid')
  readonly id: DifferenceId;

  @Column('uuid')
  readonly reconciliationId: ReconciliationId;

  /** The line of the statement, or the ledger transaction. */
  @Column('text')
  readonly key: string;

  @Column('text')
  readonly reason: DifferenceReason;

  @Column('text', { default: 'open' })
  readonly state: DifferenceState;

  @Column('text')
  readonly kind: SettlementKind;

  @Column('uuid', { nullable: true })
  readonly orderId: OrderId | null;

  @Column('uuid', { nullable: true })
  readonly attemptId: AttemptId | null;

  @Column('text', { nullable: true })
  readonly settlementId: string | null;

  /** The provider's name of the kind. */
  @Column('text', { nullable: true })
  readonly type: string | null;

  @Column('text', { nullable: true })
  readonly reference: string | null;

  @Column('bigint', { nullable: true })
  readonly providerAmount: number | null;

  @Column('text', { nullable: true })
  readonly providerCurrency: string | null;

  @Column('timestamptz', { nullable: true })
  readonly settledAt: Date | null;

  @Column('uuid', { nullable: true })
  readonly transactionId: LedgerTransactionId | null;

  @Column('bigint', { nullable: true })
  readonly ledgerAmount: number | null;

  @Column('text', { nullable: true })
  readonly ledgerCurrency: string | null;

  @Column('timestamptz', { nullable: true })
  readonly postedAt: Date | null;

  /** What the statement has more than the ledger because of it in the last run; in `providerCurrency`. */
  @Column('bigint', { default: 0 })
  readonly effect: number;

  @VirtualColumn('text', ofLastResolution('note'))
  readonly note: string | null;

  @VirtualColumn('uuid', ofLastResolution('actor_id'))
  readonly actorId: UserId | null;

  @Column('timestamptz')
  readonly createdAt: Date;

  @Column('timestamptz')
  readonly updatedAt: Date;
}
