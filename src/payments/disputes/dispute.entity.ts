import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { DisputeId, PaymentId } from '../../shared/ids.js';
import type { Dispute, DisputeStatus } from '../domain/dispute-decision.js';

/** A dispute about a payment. Amounts are in minor units. */
@Entity('disputes')
export class DisputeEntity implements Dispute {
  @PrimaryColumn('uuid')
  readonly id: DisputeId;

  @Column('uuid')
  readonly paymentId: PaymentId;

  @Column('text')
  readonly provider: string;

  /** Unique for its provider. */
  @Column('text')
  readonly reference: string;

  @Column('bigint')
  readonly amount: number;

  @Column('bigint', { nullable: true })
  readonly coveredAmount: number | null;

  @VirtualColumn('char', { query: (dispute) => `SELECT p.currency FROM payments p WHERE p.id = ${dispute}.payment_id` })
  readonly currency: string;

  @Column('text')
  readonly status: DisputeStatus;

  @Column('timestamptz')
  readonly openedAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly closedAt: Date | null;
}
