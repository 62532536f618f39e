import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { ReconciliationId } from '../../shared/ids.js';
import type { DifferenceState } from '../domain/difference-state.js';
import type { Reconciliation } from './reconciliation.js';

const differences = (day: string, state: string) =>
  `FROM reconciliation_differences d WHERE d.reconciliation_id = ${day}.id AND d.state = '${state}'`;
const count = (state: DifferenceState) => ({
  query: (day: string) => `SELECT count(*)::int ${differences(day, state)}`,
});
/** The state of a day, from the alias of its row. */
export const stateOf = (day: string) =>
  `CASE WHEN EXISTS (SELECT ${differences(day, 'open')}) THEN 'open'
    WHEN EXISTS (SELECT ${differences(day, 'explained')}) THEN 'explained' ELSE 'resolved' END`;

/** One UTC day of one provider, compared with the ledger, with the counts of its differences. */
@Entity('reconciliations')
export class ReconciliationEntity implements Reconciliation {
  @PrimaryColumn('uuid')
  readonly id: ReconciliationId;

  @Column('text')
  readonly provider: string;

  /** `YYYY-MM-DD`, UTC. */
  @Column('date')
  readonly date: string;

  @VirtualColumn('text', { query: stateOf })
  readonly state: DifferenceState;

  @Column('int')
  readonly runs: number;

  @Column('int')
  readonly settlements: number;

  @Column('int')
  readonly entries: number;

  @VirtualColumn('int', count('open'))
  readonly open: number;

  @VirtualColumn('int', count('explained'))
  readonly explained: number;

  @VirtualColumn('int', count('resolved'))
  readonly resolved: number;

  @Column('int', { default: 1 })
  readonly version: number;

  @Column('timestamptz')
  readonly createdAt: Date;

  @Column('timestamptz')
  readonly runAt: Date;
}
