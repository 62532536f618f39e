import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { UserId, WebhookEndpointId } from '../shared/ids.js';
import type { DisabledReason, Health } from './domain/endpoint-health.js';

/** A receiver of events. */
@Entity('webhook_endpoints')
export class WebhookEndpointEntity implements Health {
  @PrimaryColumn('uuid')
  readonly id: WebhookEndpointId;

  /** Who made it, and gets a mail when Till gives it up. It stays when they leave. */
  @Column('uuid')
  readonly ownerId: UserId;

  @Column('text')
  readonly url: string;

  @Column('text')
  readonly description: string;

  /** Types of events, `order.*` or `*`. */
  @Column('text', { array: true })
  readonly types: string[];

  /** Whether messages have signatures of RFC 9421 as well. */
  @Column('boolean', { default: false })
  readonly httpSignatures: boolean;

  @Column('text', { default: 'enabled' })
  readonly status: 'enabled' | 'disabled';

  @Column('text', { nullable: true })
  readonly disabledReason: DisabledReason | null;

  @Column('int', { default: 0 })
  readonly failures: number;

  @Column('timestamptz', { nullable: true })
  readonly failingSince: Date | null;

  @Column('timestamptz', { nullable: true })
  readonly pausedUntil: Date | null;

  /** The run of a worker that sends to it. */
  @Column('uuid', { nullable: true })
  readonly lease: string | null;

  @Column('timestamptz', { nullable: true })
  readonly leasedUntil: Date | null;

  @Column('int', { default: 1 })
  readonly version: number;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;

  @Column('timestamptz', { default: () => 'now()' })
  readonly updatedAt: Date;

  /** A deleted endpoint stays for its deliveries, until they are deleted. */
  @Column('timestamptz', { nullable: true })
  readonly deletedAt: Date | null;
}

/** A secret that signs what an endpoint gets. An older one does so until it expires. */
@Entity('webhook_secrets')
export class WebhookSecretEntity {
  @PrimaryColumn('uuid')
  readonly id: string;

  @Column('uuid')
  readonly endpointId: WebhookEndpointId;

  /** Encrypted. */
  @Column('text')
  readonly secret: string;

  @Column('timestamptz', { default: () => 'now()' })
  readonly createdAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly expiresAt: Date | null;
}

/** Up to which place in the log events have become deliveries: one row. */
@Entity('webhook_cursor')
export class WebhookCursorEntity {
  @PrimaryColumn('int', { default: 1 })
  readonly id: number;

  @Column('bigint')
  readonly position: number;
}
