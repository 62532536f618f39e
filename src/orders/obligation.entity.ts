import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ObligationId, OrderId, PaymentId } from '../shared/ids.js';

/** Why an order holds more than it may keep. */
export type ObligationReason = 'order_ended' | 'order_reduced' | 'overpayment' | 'late_payment' | 'dispute_won';

/** What an order holds and may not keep, until it is given back or a person takes it over. */
@Entity('obligations')
export class ObligationEntity {
  @PrimaryColumn('uuid')
  readonly id: ObligationId;

  @Column('uuid')
  readonly orderId: OrderId;

  /** The payment whose money is too much; null when any of the order's may give it back. */
  @Column('uuid', { nullable: true })
  readonly paymentId: PaymentId | null;

  @Column('text')
  readonly reason: ObligationReason;

  /** What was owed when it arose, in minor units of the order's currency. */
  @Column('bigint')
  readonly amount: number;

  @Column({ type: 'text', default: 'open', insert: false })
  readonly state: 'open' | 'handed_over' | 'settled';

  /** When a worker looks at it (again), and while one does, when another may. */
  @Column({ type: 'timestamptz', nullable: true, default: () => 'now()', insert: false })
  readonly nextLookAt: Date | null;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly updatedAt: Date;
}
