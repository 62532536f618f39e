import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttemptId, DisputeId, EventId } from '../../shared/ids.js';
import type { ProviderNotification } from '../providers/provider.js';

/** A provider event, stored once whether a response, a poll or a webhook reported it. The amount is in minor units. */
@Entity('provider_events')
export class ProviderEventEntity {
  @PrimaryColumn('uuid')
  readonly id: EventId;

  @Column('text')
  readonly provider: string;

  /** Unique for its provider. */
  @Column('text')
  readonly providerEventId: string;

  /** The attempt or the dispute that it is about, never both. */
  @Column('uuid', { nullable: true })
  readonly attemptId: AttemptId | null;

  @Column('uuid', { nullable: true })
  readonly disputeId: DisputeId | null;

  @Column('text')
  readonly type: ProviderNotification['type'];

  @Column('bigint')
  readonly amount: number;

  /** Of the loss of a dispute that had been won: the part that the payment held. */
  @Column('bigint', { nullable: true })
  readonly coveredAmount: number | null;

  @Column('char', { length: 3 })
  readonly currency: string;

  @Column('timestamptz')
  readonly occurredAt: Date;

  @Column('timestamptz', { default: () => 'now()' })
  readonly appliedAt: Date;
}
