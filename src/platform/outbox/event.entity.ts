import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventId } from '../../shared/ids.js';

/** A recorded event. Append-only. */
@Entity('events')
export class EventEntity {
  @PrimaryColumn('uuid')
  readonly id: EventId;

  @Column('text')
  readonly type: string;

  @Column('text')
  readonly aggregateType: string;

  /** In its public form. */
  @Column('text')
  readonly aggregateId: string;

  @Column('int')
  readonly aggregateVersion: number;

  /** In its public form. */
  @Column('text', { nullable: true })
  readonly orderId: string | null;

  @Column('jsonb')
  readonly data: Readonly<Record<string, unknown>>;

  @Column('text', { nullable: true })
  readonly requestId: string | null;

  @Column('uuid', { nullable: true })
  readonly actorId: string | null;

  /** Where the change was in its trace (W3C Trace Context), if it was traced. */
  @Column('text', { nullable: true })
  readonly traceparent: string | null;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}

/** An event that the relay has not turned into deliveries yet. */
@Entity('outbox')
export class OutboxEntity {
  @PrimaryColumn('uuid')
  readonly eventId: EventId;
}
