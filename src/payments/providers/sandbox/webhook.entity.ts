import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentId, ProviderWebhookId } from '../../../shared/ids.js';
import type { SandboxMovement } from './scheduled-webhooks.js';

/** A webhook that the sandbox will send or has sent. */
@Entity({ schema: 'sandbox', name: 'webhooks' })
export class SandboxWebhookEntity {
  @PrimaryColumn('uuid')
  readonly id: ProviderWebhookId;

  @Column('uuid')
  readonly paymentId: PaymentId;

  @Column('text')
  readonly body: string;

  /** How many copies to send. */
  @Column('int')
  readonly copies: number;

  /** The operation that is decided when this is sent, unless it was decided before. */
  @Column('uuid', { nullable: true })
  readonly decides: string | null;

  /** An operation that is written to the sandbox's books when this is sent. */
  @Column('text', { nullable: true })
  readonly movement: SandboxMovement | null;

  @Column('int', { default: 0 })
  readonly attempts: number;

  /** When it is sent next; null after it arrived or was given up. */
  @Column('timestamptz', { nullable: true })
  readonly nextAttemptAt: Date | null;
}
