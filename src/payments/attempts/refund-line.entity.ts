import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChargeId, LineId, RefundId, RefundLineId } from '../../shared/ids.js';
import type { RefundedLine } from '../../orders/index.js';

/** Pieces of a line, or a charge, that a refund returns. Amounts are minor units. */
@Entity('refund_lines')
export class RefundLineEntity implements RefundedLine {
  @PrimaryColumn('uuid')
  readonly id: RefundLineId;

  @Column('uuid')
  readonly refundId: RefundId;

  @Column('uuid')
  readonly lineId: LineId | ChargeId;

  /** Whether `lineId` names a charge. */
  @Column('boolean', { default: false })
  readonly ofCharge: boolean;

  @Column('int')
  readonly quantity: number;

  @Column('bigint')
  readonly gross: number;

  /** The tax in it. */
  @Column('bigint')
  readonly tax: number;

  /** How many of the pieces were shipped when the refund was made, and how many pieces of the line were cancelled then. */
  @Column('int', { default: 0 })
  readonly ofShipped: number;

  @Column('int', { default: 0 })
  readonly cancelledBefore: number;
}
