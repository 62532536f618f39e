import { Column, Entity, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { AccountId, LedgerTransactionId, OrderId, UserId } from '../shared/ids.js';
import type { TransactionKind } from './domain/kinds.js';
import { LedgerAccountEntity } from './ledger-account.entity.js';

/** One side of a posting. */
@Entity('ledger_entries')
export class LedgerEntryEntity {
  @PrimaryColumn('uuid')
  readonly transactionId: LedgerTransactionId;

  /** From 1, without a gap. */
  @PrimaryColumn('smallint')
  readonly position: number;

  @Column('uuid')
  readonly accountId: AccountId;

  /** Minor units; a debit is positive, a credit negative. */
  @Column('bigint')
  readonly amount: number;

  @ManyToOne(() => LedgerAccountEntity)
  readonly account?: Relation<LedgerAccountEntity>;
}

/** A transaction of the ledger: entries that sum to zero in each currency. It is never changed. */
@Entity('ledger_transactions')
export class LedgerTransactionEntity {
  @PrimaryColumn('uuid')
  readonly id: LedgerTransactionId;

  @Column('text')
  readonly kind: TransactionKind;

  /** What it was posted for: the attempt that moved the money, the transaction that is reversed. One transaction for each kind. */
  @Column('uuid')
  readonly referenceId: string;

  @Column('uuid', { nullable: true })
  readonly orderId: OrderId | null;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;

  /** What it is called outside Till, such as the line of a bank statement; unique. */
  @Column('text', { nullable: true })
  readonly reference: string | null;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;
}
