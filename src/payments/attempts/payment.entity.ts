import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, PaymentId, UserId } from '../../shared/ids.js';
import type { Decline, NextAction, Payment, PaymentStatus } from '../domain/payment.js';

/**
 * A payment. Amounts are minor units of `currency`. Columns with `insert: false` start with their default or null; columns with
 * `update: false` never change.
 */
@Entity('payments')
export class PaymentEntity implements Payment {
  @PrimaryColumn('uuid')
  readonly id: PaymentId;

  @Column({ type: 'uuid', update: false })
  readonly orderId: OrderId;

  @Column({ type: 'uuid', update: false })
  readonly customerId: UserId;

  @Column({ type: 'text', update: false })
  readonly provider: string;

  @Column({ type: 'text', update: false })
  readonly paymentMethod: string;

  @Column({ type: 'text', update: false })
  readonly capture: Payment['capture'];

  @Column({ type: 'text', nullable: true, update: false })
  readonly statementDescriptor: string | null;

  @Column({ type: 'char', length: 3, update: false })
  readonly currency: string;

  @Column({ type: 'bigint', update: false })
  readonly amount: number;

  @Column('text')
  readonly status: PaymentStatus;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly authorizedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly capturedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly capturePending: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly voidedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly voidPending: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly refundedAmount: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly refundPending: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly disputedAmount: number;

  @Column({ type: 'jsonb', nullable: true, insert: false })
  readonly decline: Decline | null;

  /** Unique for its provider. */
  @Column({ type: 'text', nullable: true, insert: false })
  readonly reference: string | null;

  @Column({ type: 'jsonb', nullable: true, insert: false })
  readonly nextAction: NextAction | null;

  /** Incremented by the code that changes the row, because events contain it. */
  @Column({ type: 'int', default: 1, insert: false })
  readonly version: number;

  @Column({ type: 'timestamptz', default: () => 'now()', update: false })
  readonly createdAt: Date;

  @Column('timestamptz', { default: () => 'now()' })
  readonly updatedAt: Date;
}
