import { Injectable } from '@nestjs/common';
import { newId, type ObligationId, type OrderId, type PaymentId } from '../shared/ids.js';
import { rowsOf, Transaction } from '../platform/database/index.js';
import type { MoneyOfOrder } from './domain/order-money.js';

/** Why an order holds more than it may keep. */
export type ObligationReason = 'order_ended' | 'order_reduced' | 'overpayment' | 'late_payment' | 'dispute_won';

/** Something that payments of an order owe back. */
export interface Obligation {
  readonly id: ObligationId;
  readonly orderId: OrderId;
  /** The payment whose money is too much; null when any of the order's may give it back. */
  readonly paymentId: PaymentId | null;
  readonly reason: ObligationReason;
  /** What was owed when it arose, in minor units. */
  readonly amount: number;
  readonly state: 'open' | 'handed_over' | 'settled';
}

/** What made an order owe something. `isNew` when money came, as opposed to money that could not be given back. */
export interface Cause {
  readonly reason: ObligationReason;
  readonly paymentId?: PaymentId | undefined;
  readonly isNew: boolean;
}

/** What comes next of the obligations of an order. */
export type NextLook = { readonly state: 'settled' } | { readonly state: 'handed_over' } | OpenLook;
interface OpenLook {
  readonly state: 'open';
  /** When to look again, in milliseconds from now, unless something happens first. */
  readonly inMs: number;
}

/** Longer than a look takes, with its calls of providers; a worker that is gone for longer has lost it to another. */
const LEASE_SECONDS = 120;

const COLUMNS = `id, order_id AS "orderId", payment_id AS "paymentId", reason, amount, state`;
const ARISE = `
  WITH given AS (${rowsOf('order_id uuid, id uuid, payment_id uuid, reason text, amount bigint, is_new boolean')}), woken AS (
    UPDATE obligations b SET next_look_at = now(), updated_at = now()
    FROM given g WHERE b.order_id = g.order_id AND b.state <> 'settled' RETURNING b.order_id, b.payment_id
  )
  INSERT INTO obligations (id, order_id, payment_id, reason, amount)
  SELECT g.id, g.order_id, g.payment_id, g.reason, g.amount FROM given g WHERE NOT EXISTS (
    SELECT FROM woken w WHERE w.order_id = g.order_id AND (NOT g.is_new OR w.payment_id IS NOT DISTINCT FROM g.payment_id))`;
const WAKE = `
  UPDATE obligations b SET next_look_at = now(), updated_at = now()
  FROM (${rowsOf('order_id uuid')}) g WHERE b.order_id = g.order_id AND b.state <> 'settled'`;
const CLAIM = `
  WITH due AS (
    SELECT id FROM obligations WHERE next_look_at <= now() ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE obligations b SET next_look_at = now() + ${LEASE_SECONDS} * interval '1 second' FROM due WHERE b.id = due.id
  RETURNING b.order_id AS "orderId"`;
const LIVE = `SELECT ${COLUMNS} FROM obligations WHERE order_id = $1 AND state <> 'settled' ORDER BY id DESC`;
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
    this.tx.writeBatch(ARISE, [[id, newId<'obl'>(), paymentId ?? null, reason, amount, isNew]]);
  }

  /** Has a worker look now at what the order owes, if it owes anything. The order is locked. */
  wake(id: OrderId): void {
    this.tx.writeBatch(WAKE, [[id]]);
  }

  /** Orders whose obligations are to be looked at, which this worker takes for two minutes. */
  async claim(limit: number): Promise<OrderId[]> {
    const claimed = await this.tx.run(() => this.tx.query<{ orderId: OrderId }>(CLAIM, [limit]));
    return [...new Set(claimed.map(({ orderId }) => orderId))];
  }

  /** What the order owes, newest first. Certain while it is locked. */
  live(id: OrderId): Promise<Obligation[]> {
    return this.tx.query<Obligation & Record<string, unknown>>(LIVE, [id]);
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
