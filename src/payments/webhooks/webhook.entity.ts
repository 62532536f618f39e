import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AttemptId, PaymentId, ProviderWebhookId } from '../../shared/ids.js';
import type { WebhookResult } from './webhook-result.js';

/** The state is `received` until the webhook is processed. */
export type WebhookState = 'received' | WebhookResult['state'];

/** A webhook of a provider, unchanged, and its result. */
@Entity('provider_webhooks')
export class WebhookEntity {
  @PrimaryColumn('uuid')
  readonly id: ProviderWebhookId;

  @Column('text')
  readonly provider: string;

  /** Unique for its provider. */
  @Column('text')
  readonly providerEventId: string;

  @Column('text')
  readonly type: string;

  /** The body, unchanged. */
  @Column('bytea')
  readonly raw: Buffer;

  @Column('jsonb')
  readonly headers: Readonly<Record<string, string>>;

  @Column('text')
  readonly state: WebhookState;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('int', { default: 0 })
  readonly attempts: number;

  @Column('timestamptz')
  readonly receivedAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly processedAt: Date | null;

  /** When a worker may claim it next; null if never. */
  @Column('timestamptz', { nullable: true })
  readonly nextAttemptAt: Date | null;

  @Column('timestamptz', { nullable: true })
  readonly waitingSince: Date | null;

  @Column('uuid', { nullable: true })
  readonly paymentId: PaymentId | null;

  /** What it waits for: a later version of its payment, or a payment with this reference or attempt. */
  @Column('int', { nullable: true })
  readonly paymentVersion: number | null;

  @Column('text', { nullable: true })
  readonly reference: string | null;

  @Column('uuid', { nullable: true })
  readonly attemptId: AttemptId | null;
}
