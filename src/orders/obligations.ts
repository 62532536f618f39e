import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { newId, type OrderId, type PaymentId } from '../shared/ids.js';
import { type BatchStatement, Transaction, valuesOf } from '../platform/database/index.js';
import type { MoneyOfOrder } from './domain/order-money.js';
import { ObligationEntity, type ObligationReason } from './obligation.entity.js';

/** The record that payments of an order owe money. */
export type Obligation = Pick<ObligationEntity, 'id' | 'orderId' | 'paymentId' | 'reason' | 'amount' | 'state'>;

/** The cause of an obligation. `isNew`: money arrived; otherwise, money could not be returned. */
export interface Cause {
  readonly reason: ObligationReason;
  readonly paymentId?: PaymentId | undefined;
  readonly isNew: boolean;
}

/** The row of a new obligation. */
type Given = Pick<ObligationEntity, 'orderId' | 'id' | 'paymentId' | 'reason' | 'amount'>;

/** The next state of an order's obligations. */
export type NextLook = { readonly state: 'settled' } | { readonly state: 'handed_over' } | OpenLook;
interface OpenLook {
  readonly state: 'open';
  /** Milliseconds until the next check, unless a change makes it due earlier. */
  readonly inMs: number;
}

/** Longer than a check with its calls of providers takes. After it, another worker may claim the obligation. */
const LEASE_SECONDS = 120;

const GIVEN = valuesOf(ObligationEntity, ['orderId', 'id', 'paymentId', 'reason', 'amount']);
/** Makes existing obligations of the orders due, and adds the given ones unless an existing one covers them. */
const arise = (standsForIt: string): BatchStatement<Given> => ({
  ...GIVEN,
  sql: `
  WITH given AS (${GIVEN.sql}), woken AS (
    UPDATE obligations b SET next_look_at = now(), updated_at = now()
    FROM given g WHERE b.order_id = g.order_id AND b.state <> 'settled' RETURNING b.order_id, b.payment_id
  )
  INSERT INTO obligations (${GIVEN.columns}) SELECT g.* FROM given g
  WHERE NOT EXISTS (SELECT FROM woken w WHERE w.order_id = g.order_id AND ${standsForIt})`,
});
const ARISE_NEW = arise('w.payment_id IS NOT DISTINCT FROM g.payment_id');
const ARISE_AGAIN = arise('true');
const ORDERS = valuesOf(ObligationEntity, ['orderId']);
const WAKE = {
  ...ORDERS,
  sql: `
  UPDATE obligations b SET next_look_at = now(), updated_at = now()
  FROM (${ORDERS.sql}) g WHERE b.order_id = g.order_id AND b.state <> 'settled'`,
};
const CLAIM = `
  WITH due AS (
    SELECT b.id FROM obligations b WHERE b.next_look_at <= now() AND NOT EXISTS (
      SELECT FROM payments p WHERE p.order_id = b.order_id AND p.provider = ANY ($2::text[]))
    ORDER BY b.next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE obligations b SET next_look_at = now() + ${LEASE_SECONDS} * interval '1 second' FROM due WHERE b.id = due.id
  RETURNING b.order_id AS "orderId"`;
const LOOKED = `
  UPDATE obligations SET state = $2, next_look_at = now() + $3::float8 * interval '1 millisecond', updated_at = now()
  WHERE order_id = $1 AND state <> 'settled'`;
const COUNT = `SELECT state, count(*)::int AS obligations FROM obligations WHERE state <> 'settled' GROUP BY state`;

/** Records what orders owe, in the transaction of the change, under the order's lock. */
@Injectable()
export class Obligations {
  constructor(private readonly tx: Transaction) {}

  /** Records an obligation, due immediately. The order is locked. */
  arise({ id }: MoneyOfOrder & { readonly id: OrderId }, amount: number, { reason, paymentId, isNew }: Cause): void {
    const given = { orderId: id, id: newId<'obl'>(), paymentId: paymentId ?? null, reason, amount };
    this.tx.writeBatch(isNew ? ARISE_NEW : ARISE_AGAIN, [given]);
  }

  /** Makes the order's open obligations due immediately. The order is locked. */
  wake(id: OrderId): void {
    this.tx.writeBatch(WAKE, [{ orderId: id }]);
  }

  /** Claims orders with due obligations for two minutes, longest due first, without those that have a payment at one of these providers. */
  async claim(limit: number, busy: readonly string[]): Promise<OrderId[]> {
    const claimed = await this.tx.run(() => this.tx.query<{ orderId: OrderId }>(CLAIM, [limit, busy]));
    return [...new Set(claimed.map(({ orderId }) => orderId))];
  }

  /** Returns the order's open obligations, newest first. Exact while the order is locked. */
  live(id: OrderId): Promise<Obligation[]> {
    const where = { orderId: id, state: Not('settled' as const) };
    return this.tx.repository(ObligationEntity).find({ where, order: { id: 'DESC' } });
  }

  /** Writes the next state of all open obligations of the order. The order is locked. */
  looked(id: OrderId, next: NextLook): void {
    this.tx.write(LOOKED, [id, next.state, next.state === 'open' ? next.inMs : null]);
  }

  /** Returns the number of obligations by state. */
  count(): Promise<{ state: string; obligations: number }[]> {
    return this.tx.query<{ state: string; obligations: number }>(COUNT);
  }
}
