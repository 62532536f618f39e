import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { DisputeId, PaymentId } from '../../shared/ids.js';
import type { Dispute, DisputeNotificationType, DisputeStatus } from '../domain/dispute-decision.js';

const decided = (type: DisputeNotificationType) => ({
  query: (dispute: string) =>
    `SELECT count(*)::int FROM provider_events e WHERE e.dispute_id = ${dispute}.id AND e.type = '${type}'`,
});

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

  @VirtualColumn('bigint', {
    query: (dispute) =>
      `SELECT e.covered_amount FROM provider_events e
       WHERE e.dispute_id = ${dispute}.id AND e.covered_amount IS NOT NULL ORDER BY e.id DESC LIMIT 1`,
  })
  readonly coveredAgain: number | null;

  @VirtualColumn('char', { query: (dispute) => `SELECT p.currency FROM payments p WHERE p.id = ${dispute}.payment_id` })
  readonly currency: string;

  @Column('text')
  readonly status: DisputeStatus;

  @VirtualColumn('int', decided('dispute_won'))
  readonly wins: number;

  @VirtualColumn('int', decided('dispute_lost'))
  readonly losses: number;

  @Column('timestamptz')
  readonly openedAt: Date;

  @Column('timestamptz', { nullable: true })
  readonly closedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  readonly reportedAt: Date | null;
}
