import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { LineQuantity } from '../../orders/index.js';
import type { ApprovalId, OrderId, PaymentId, RefundId, UserId } from '../../shared/ids.js';

export const approvalStatuses = ['pending', 'approved', 'rejected'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** A refund or a cancellation that waits, or waited, for a second person. The amount is in minor units. */
@Entity('approvals')
export class ApprovalEntity {
  @PrimaryColumn('uuid')
  readonly id: ApprovalId;

  /** The payment to refund; null for a cancellation. */
  @Column('uuid', { nullable: true })
  readonly paymentId: PaymentId | null;

  /** The order to cancel; null for a refund. */
  @Column('uuid', { nullable: true })
  readonly orderId: OrderId | null;

  /** The pieces to cancel; all that can be cancelled if null. */
  @Column('jsonb', { nullable: true })
  readonly lines: readonly LineQuantity[] | null;

  @Column('bigint')
  readonly amount: number;

  @VirtualColumn('char', {
    query: (approval) =>
      `SELECT p.currency FROM payments p WHERE p.id = ${approval}.payment_id
       UNION ALL SELECT o.currency FROM orders o WHERE o.id = ${approval}.order_id`,
  })
  readonly currency: string;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('text', { default: 'pending' })
  readonly status: ApprovalStatus;

  @Column('uuid')
  readonly requestedBy: UserId;

  /** Never who requested it: a constraint. */
  @Column('uuid', { nullable: true })
  readonly decidedBy: UserId | null;

  @Column('timestamptz', { nullable: true })
  readonly decidedAt: Date | null;

  @Column('text', { nullable: true })
  readonly note: string | null;

  /** The refund that was made of it. */
  @Column('uuid', { nullable: true })
  readonly refundId: RefundId | null;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}
