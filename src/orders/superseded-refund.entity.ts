import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundId } from '../shared/ids.js';

/**
 * A refund in spite of which its order was paid in full: it had lost all its money, or was not paid yet, when the refund was made, so its pieces were
 * sold anew. A trigger of orders writes it.
 */
@Entity('superseded_refunds')
export class SupersededRefundEntity {
  @PrimaryColumn('uuid')
  readonly refundId: RefundId;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}
