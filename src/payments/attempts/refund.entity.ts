import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VirtualColumn } from 'typeorm';
import type { ObligationId, PaymentId, RefundId, UserId } from '../../shared/ids.js';
import type { Refund, RefundStatus } from '../domain/payment.js';

/** A refund. The amount is in minor units. */
@Entity('refunds')
export class RefundEntity implements Refund {
  @PrimaryColumn('uuid')
  readonly id: RefundId;

  @Column('uuid')
  readonly paymentId: PaymentId;

  @Column('bigint')
  readonly amount: number;

  @VirtualColumn('char', { query: (refund) => `SELECT p.currency FROM payments p WHERE p.id = ${refund}.payment_id` })
  readonly currency: string;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('text')
  readonly status: RefundStatus;

  /** The person who requested it; null for a refund by Till or the provider. */
  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;

  /** The obligation that it returns money for, if Till made it. Till then tries again if it is refused. */
  @Column('uuid', { nullable: true })
  readonly obligationId: ObligationId | null;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
