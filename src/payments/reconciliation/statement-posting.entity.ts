import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LedgerTransactionId } from '../../shared/ids.js';

/** The day, in UTC, whose statement a ledger transaction was posted from by Till or a person. */
@Entity('statement_postings')
export class StatementPostingEntity {
  @PrimaryColumn('uuid')
  readonly transactionId: LedgerTransactionId;

  @Column('text')
  readonly provider: string;

  @Column('date')
  readonly date: string;
}
