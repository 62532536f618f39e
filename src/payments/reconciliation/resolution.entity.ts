import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DifferenceId, ResolutionId, UserId } from '../../shared/ids.js';
import type { DifferenceState } from '../domain/difference-state.js';
import type { Resolution } from './reconciliation.js';

/** A change of a difference's state. Append-only. */
@Entity('reconciliation_resolutions')
export class ResolutionEntity implements Resolution {
  @PrimaryColumn('uuid')
  readonly id: ResolutionId;

  @Column('uuid')
  readonly differenceId: DifferenceId;

  @Column('text')
  readonly state: DifferenceState;

  @Column('text')
  readonly note: string;

  /** Null for Till itself. */
  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;

  @Column('timestamptz')
  readonly createdAt: Date;
}
