import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VirtualColumn } from 'typeorm';
import type { ObligationId, PaymentId, RefundId, UserId } from '../../shared/ids.js';
import type { Refund, RefundStatus } from '../domain/payment.js';

/** Money that goes back to a shopper. The amount is in minor units. */
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

  /** Who asked for it; null when nobody did. */
  @Column('uuid', { nullable: true })
  readonly actorId: UserId | null;

  /** What it gives back by itself; then Till tries it again until it gives up. */
  @Column('uuid', { nullable: true })
  readonly obligationId: ObligationId | null;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
