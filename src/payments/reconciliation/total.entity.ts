import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReconciliationId } from '../../shared/ids.js';
import type { StatementTotal } from '../domain/statement-sum.js';

/** The sum of a day's statement in one currency, in minor units. The database holds that it is posted or differs. */
@Entity('reconciliation_totals')
export class StatementTotalEntity implements StatementTotal {
  @PrimaryColumn('uuid')
  readonly reconciliationId: ReconciliationId;

  @PrimaryColumn('char', { length: 3 })
  readonly currency: string;

  /** The run of the day that wrote it. */
  @Column('int')
  readonly run: number;

  @Column('bigint')
  readonly statement: number;

  @Column('bigint')
  readonly posted: number;

  @Column('bigint')
  readonly differing: number;
}
