import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventId } from '../../shared/ids.js';

/**
 * Where an event is in the log: a trigger puts it there when it leaves the outbox. Positions have no gap, and a later one commits later,
 * so whoever has read up to a position has missed nothing below it.
 */
@Entity('event_log')
export class EventLogEntity {
  @PrimaryColumn('bigint')
  readonly position: number;

  @Column('uuid')
  readonly eventId: EventId;

  @Column('text')
  readonly type: string;

  /** In its public form. */
  @Column('text')
  readonly aggregateId: string;
}

/** The last position, in the one row whose lock is the right to assign more. */
@Entity('event_sequence')
export class EventSequenceEntity {
  @PrimaryColumn('int', { default: 1 })
  readonly id: number;

  @Column('bigint')
  readonly last: number;

  /** The highest position of a deleted event; 0 if none is. */
  @Column('bigint', { default: 0 })
  readonly forgotten: number;

  /** The latest deleted event. */
  @Column('uuid', { nullable: true })
  readonly forgottenEvent: EventId | null;
}
