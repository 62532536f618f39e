import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VirtualColumn } from 'typeorm';
import type { ObligationId, PaymentId, RefundId, UserId } from '../../shared/ids.js';
import type { Refund, RefundedLines, RefundStatus } from '../domain/payment.js';

/** The lines and charges of the refund with this alias, as an SQL expression; null if it has none. */
export function linesOf(refund: string): string {
  return `SELECT json_agg(json_build_object('lineId', f.line_id, 'quantity', f.quantity, 'gross', f.gross, 'tax', f.tax, 'ofCharge', f.of_charge)
    ORDER BY f.line_id) FROM refund_lines f WHERE f.refund_id = ${refund}.id`;
}

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

  /** What it returns of lines; null for a refund of an amount. */
  @VirtualColumn('json', { query: linesOf })
  readonly lines: RefundedLines;

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
