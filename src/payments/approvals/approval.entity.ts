import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { ApprovalId, PaymentId, RefundId, UserId } from '../../shared/ids.js';

export const approvalStatuses = ['pending', 'approved', 'rejected'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** A refund that waits, or waited, for a second person. The amount is in minor units. */
@Entity('approvals')
export class ApprovalEntity {
  @PrimaryColumn('uuid')
  readonly id: ApprovalId;

  @Column('uuid')
  readonly paymentId: PaymentId;

  @Column('bigint')
  readonly amount: number;

  @VirtualColumn('char', {
    query: (approval) => `SELECT p.currency FROM payments p WHERE p.id = ${approval}.payment_id`,
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
