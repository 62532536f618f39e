import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { newId, type OrderId, type PaymentId } from '../shared/ids.js';
import { type BatchStatement, Transaction, valuesOf } from '../platform/database/index.js';
import type { MoneyOfOrder } from './domain/order-money.js';
import { ObligationEntity, type ObligationReason } from './obligation.entity.js';

/** Something that payments of an order owe back. */
export type Obligation = Pick<ObligationEntity, 'id' | 'orderId' | 'paymentId' | 'reason' | 'amount' | 'state'>;

/** What made an order owe something. `isNew` when money came, as opposed to money that could not be given back. */
export interface Cause {
  readonly reason: ObligationReason;
  readonly paymentId?: PaymentId | undefined;
  readonly isNew: boolean;
}

/** What is written of an obligation that arises. */
type Given = Pick<ObligationEntity, 'orderId' | 'id' | 'paymentId' | 'reason' | 'amount'>;

/** What comes next of the obligations of an order. */
export type NextLook = { readonly state: 'settled' } | { readonly state: 'handed_over' } | OpenLook;
interface OpenLook {
  readonly state: 'open';
  /** When to look again, in milliseconds from now, unless something happens first. */
  readonly inMs: number;
}

/** Longer than a look takes, with its calls of providers; a worker that is gone for longer has lost it to another. */
const LEASE_SECONDS = 120;

const GIVEN = valuesOf(ObligationEntity, ['orderId', 'id', 'paymentId', 'reason', 'amount']);
/** Wakes what the orders owe already; adds the given, unless one of those stands for it. */
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
    SELECT id FROM obligations WHERE next_look_at <= now() ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE obligations b SET next_look_at = now() + ${LEASE_SECONDS} * interval '1 second' FROM due WHERE b.id = due.id
  RETURNING b.order_id AS "orderId"`;
const LOOKED = `
  UPDATE obligations SET state = $2, next_look_at = now() + $3::float8 * interval '1 millisecond', updated_at = now()
  WHERE order_id = $1 AND state <> 'settled'`;
const COUNT = `SELECT state, count(*)::int AS obligations FROM obligations WHERE state <> 'settled' GROUP BY state`;

/** What orders owe back: written in the transaction in which it arises, under the order's lock. */
@Injectable()
export class Obligations {
  constructor(private readonly tx: Transaction) {}

  /** Notes what an order owes, and has a worker look at it now. The order is locked. */
  arise({ id }: MoneyOfOrder & { readonly id: OrderId }, amount: number, { reason, paymentId, isNew }: Cause): void {
    const given = { orderId: id, id: newId<'obl'>(), paymentId: paymentId ?? null, reason, amount };
    this.tx.writeBatch(isNew ? ARISE_NEW : ARISE_AGAIN, [given]);
  }

  /** Has a worker look now at what the order owes, if it owes anything. The order is locked. */
  wake(id: OrderId): void {
    this.tx.writeBatch(WAKE, [{ orderId: id }]);
  }

  /** Orders whose obligations are to be looked at, which this worker takes for two minutes. */
  async claim(limit: number): Promise<OrderId[]> {
    const claimed = await this.tx.run(() => this.tx.query<{ orderId: OrderId }>(CLAIM, [limit]));
    return [...new Set(claimed.map(({ orderId }) => orderId))];
  }

  /** What the order owes, newest first. Certain while it is locked. */
  live(id: OrderId): Promise<Obligation[]> {
    const where = { orderId: id, state: Not('settled' as const) };
    return this.tx.repository(ObligationEntity).find({ where, order: { id: 'DESC' } });
  }

  /** Writes what comes next, for all the order owes. The order is locked. */
  looked(id: OrderId, next: NextLook): void {
    this.tx.write(LOOKED, [id, next.state, next.state === 'open' ? next.inMs : null]);
  }

  /** How many there are, by state. */
  count(): Promise<{ state: string; obligations: number }[]> {
    return this.tx.query<{ state: string; obligations: number }>(COUNT);
  }
}
