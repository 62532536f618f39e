import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefundId } from '../shared/ids.js';

/** A refund of pieces that its provider made after these had been refunded anew. It counts for no pieces, as a refund of an amount. */
@Entity('surplus_refunds')
export class SurplusRefundEntity {
  @PrimaryColumn('uuid')
  readonly refundId: RefundId;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;
}
