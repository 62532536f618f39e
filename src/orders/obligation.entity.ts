import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ObligationId, OrderId, PaymentId } from '../shared/ids.js';

/** The reason why an order holds more money than it may keep. */
export type ObligationReason = 'order_ended' | 'order_reduced' | 'overpayment' | 'late_payment' | 'dispute_won';

/** The record that an order owes money, until it is returned or a person takes it over. */
@Entity('obligations')
export class ObligationEntity {
  @PrimaryColumn('uuid')
  readonly id: ObligationId;

  @Column('uuid')
  readonly orderId: OrderId;

  /** The payment that owes the money; null if any payment of the order may return it. */
  @Column('uuid', { nullable: true })
  readonly paymentId: PaymentId | null;

  @Column('text')
  readonly reason: ObligationReason;

  /** The owed amount at the start, in minor units of the order's currency. */
  @Column('bigint')
  readonly amount: number;

  @Column({ type: 'text', default: 'open', insert: false })
  readonly state: 'open' | 'handed_over' | 'settled';

  /** When a worker checks it next; during a check, when another worker may claim it. */
  @Column({ type: 'timestamptz', nullable: true, default: () => 'now()', insert: false })
  readonly nextLookAt: Date | null;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly createdAt: Date;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly updatedAt: Date;
}
