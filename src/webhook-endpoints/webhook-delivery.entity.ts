import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventId, WebhookDeliveryId, WebhookEndpointId } from '../shared/ids.js';

export const deliveryKinds = ['event', 'redelivery', 'ping'] as const;
export const deliveryStatuses = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Something for one endpoint: an event, the repeat of one that somebody asked for, or a ping. */
@Entity('webhook_deliveries')
export class WebhookDeliveryEntity {
  @PrimaryColumn('uuid')
  readonly id: WebhookDeliveryId;

  @Column('uuid')
  readonly endpointId: WebhookEndpointId;

  @Column('text')
  readonly kind: (typeof deliveryKinds)[number];

  @Column('uuid', { nullable: true })
  readonly eventId: EventId | null;

  /** The event's place in the log. */
  @Column('bigint', { nullable: true })
  readonly position: number | null;

  /** What changed, in its public form: what is about one thing is sent in order. */
  @Column('text')
  readonly aggregateId: string;

  @Column('text', { default: 'pending' })
  readonly status: DeliveryStatus;

  @Column('int', { default: 0 })
  readonly attempts: number;

  @Column('timestamptz', { default: () => 'now()' })
  readonly nextAttemptAt: Date;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly finishedAt: Date | null;
}

/** One attempt of a delivery: the request, and the response or the error. */
@Entity('webhook_attempts')
export class WebhookAttemptEntity {
  @PrimaryColumn('uuid')
  readonly deliveryId: WebhookDeliveryId;

  @PrimaryColumn('int')
  readonly number: number;

  @Column('text')
  readonly url: string;

  /** Of the request. */
  @Column('jsonb')
  readonly headers: Readonly<Record<string, string>>;

  @Column('timestamptz')
  readonly startedAt: Date;

  @Column('int')
  readonly durationMs: number;

  /** Of the response; null if there was none. */
  @Column('int', { nullable: true })
  readonly status: number | null;

  /** The beginning of the response. */
  @Column('text', { nullable: true })
  readonly responseBody: string | null;

  /** Why there was no response. */
  @Column('text', { nullable: true })
  readonly error: string | null;
}
