import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventId } from '../../shared/ids.js';

/** One event for one consumer, until its effect is acknowledged. */
@Entity('event_deliveries')
export class DeliveryEntity {
  @PrimaryColumn('uuid')
  readonly eventId: EventId;

  @PrimaryColumn('text')
  readonly consumer: string;

  @Column('text', { default: 'pending' })
  readonly status: 'pending' | 'queued' | 'running' | 'done' | 'dead';

  /** The number of claims so far, which identifies a claim. */
  @Column('int', { default: 0 })
  readonly attempts: number;

  /** When a pending delivery is due, or when the job or worker of a queued or running one counts as lost. */
  @Column('timestamptz', { default: () => 'now()' })
  readonly nextAttemptAt: Date;

  /** Since when it is or will be due, also while it is queued or running; null once it is done or dead. A trigger keeps it. */
  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  readonly dueAt: Date | null;

  @Column('text', { nullable: true })
  readonly lastError: string | null;

  @Column('timestamptz', { nullable: true })
  readonly doneAt: Date | null;
}
