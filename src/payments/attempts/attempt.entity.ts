import { Column, Entity, PrimaryColumn, VirtualColumn } from 'typeorm';
import type { AttemptId, OrderId, PaymentId, RefundId } from '../../shared/ids.js';
import type { Attempt, AttemptKind, AttemptState } from '../domain/payment.js';

/** One operation at a provider, committed before the call. The amount is in minor units. */
@Entity('payment_attempts')
export class AttemptEntity implements Attempt {
  /** The provider's idempotency key. */
  @PrimaryColumn('uuid')
  readonly id: AttemptId;

  @Column({ type: 'uuid', update: false })
  readonly paymentId: PaymentId;

  @VirtualColumn('uuid', { query: (attempt) => `SELECT p.order_id FROM payments p WHERE p.id = ${attempt}.payment_id` })
  readonly orderId: OrderId;

  /** Set exactly on refunds. */
  @Column({ type: 'uuid', nullable: true, update: false })
  readonly refundId: RefundId | null;

  @Column({ type: 'text', update: false })
  readonly kind: AttemptKind;

  @Column({ type: 'bigint', update: false })
  readonly amount: number;

  @Column('text')
  readonly state: AttemptState;

  @Column('int', { default: 1 })
  readonly sends: number;

  @Column({ type: 'int', default: 0, insert: false })
  readonly checks: number;

  /** The hash of caller, route and key of the request that started it; unique. */
  @Column({ type: 'bytea', nullable: true, select: false, update: false })
  readonly requestKey: Buffer | null;

  @Column({ type: 'bytea', nullable: true, select: false, update: false })
  readonly requestFingerprint: Buffer | null;

  /** When a worker checks it next; null if never. */
  @Column('timestamptz', { nullable: true })
  readonly nextCheckAt: Date | null;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false, update: false })
  readonly createdAt: Date;

  /** When its state was last written. Claiming and rescheduling do not count. */
  @Column({ type: 'timestamptz', default: () => 'now()', insert: false })
  readonly updatedAt: Date;

  /** Its age in milliseconds, by the database's clock. */
  @VirtualColumn('float8', { query: (attempt) => `extract(epoch FROM now() - ${attempt}.created_at)::float8 * 1000` })
  readonly ageMs: number;
}
