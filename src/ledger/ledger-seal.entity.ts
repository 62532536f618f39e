import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LedgerTransactionId } from '../shared/ids.js';

/** A transaction that waits for its seal; a trigger writes the row. */
@Entity('ledger_unsealed')
export class UnsealedTransactionEntity {
  @PrimaryColumn('uuid')
  readonly transactionId: LedgerTransactionId;
}

/** A link of the chain of seals. */
@Entity('ledger_seals')
export class LedgerSealEntity {
  /** From 1, without a gap. */
  @PrimaryColumn('bigint')
  readonly seq: number;

  @Column('uuid')
  readonly transactionId: LedgerTransactionId;

  /** SHA-256 of the hash before it and of what the transaction says. */
  @Column('bytea')
  readonly hash: Buffer;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly sealedAt: Date;
}
