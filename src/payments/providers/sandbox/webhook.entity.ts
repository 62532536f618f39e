import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentId, ProviderWebhookId } from '../../../shared/ids.js';

/** What the sandbox has yet to send, or has sent. */
@Entity({ schema: 'sandbox', name: 'webhooks' })
export class SandboxWebhookEntity {
  @PrimaryColumn('uuid')
  readonly id: ProviderWebhookId;

  @Column('uuid')
  readonly paymentId: PaymentId;

  @Column('text')
  readonly body: string;

  /** How many times it is sent at once. */
  @Column('int')
  readonly copies: number;

  /** The operation that is decided when this is sent, if it was not before. */
  @Column('uuid', { nullable: true })
  readonly decides: string | null;

  /** A line of the sandbox's books that is written when this is sent. */
  @Column('text', { nullable: true })
  readonly movement: 'dispute' | 'dispute_reversal' | null;

  @Column('int', { default: 0 })
  readonly attempts: number;

  /** When it is sent next; null once it has arrived or was given up. */
  @Column('timestamptz', { nullable: true })
  readonly nextAttemptAt: Date | null;
}
