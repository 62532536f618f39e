import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentId } from '../../../shared/ids.js';
import type { SandboxMovement } from './scheduled-webhooks.js';
import type { SandboxKind, SandboxOutcome } from './test-tokens.js';

/** An operation in the sandbox's books. The amount is in minor units. */
@Entity({ schema: 'sandbox', name: 'operations' })
export class SandboxOperationEntity {
  /** The attempt's id; for a movement that no request made, the webhook's id. */
  @PrimaryColumn('uuid', { name: 'attempt_id' })
  readonly id: string;

  @Column('uuid')
  readonly paymentId: PaymentId;

  @Column('text')
  readonly kind: SandboxKind | SandboxMovement;

  @Column('bigint')
  readonly amount: number;

  @Column('char', { length: 3 })
  readonly currency: string;

  @Column('text')
  readonly paymentMethod: string;

  /** Only set on the first operation of a payment. */
  @Column('text', { nullable: true })
  readonly statementDescriptor: string | null;

  @Column('text')
  readonly outcome: SandboxOutcome;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}
