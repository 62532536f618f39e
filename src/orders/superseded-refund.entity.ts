import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundId } from '../shared/ids.js';

/** A refund in spite of which its order has to be paid in full: it lost all its money then or later, or was not paid yet. */
@Entity('superseded_refunds')
export class SupersededRefundEntity {
  @PrimaryColumn('uuid')
  readonly refundId: RefundId;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}
