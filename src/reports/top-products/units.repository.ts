import { Injectable } from '@nestjs/common';
import { Transaction } from '../../platform/database/index.js';
import { decodeId, type OrderId, type ProductId } from '../../shared/ids.js';
import type { Counted, Units } from './leaderboard.js';

/** An order that was confirmed, with its event. */
export interface Confirmed extends Record<string, unknown> {
  readonly position: number;
  readonly eventId: string;
  /** In its public form. */
  readonly orderId: string;
  /** Of UTC, `YYYY-MM-DD`. */
  readonly day: string;
}

const DAY = `to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
const CONFIRMED = `event_log l JOIN events e ON e.id = l.event_id WHERE l.type = 'order.confirmed'`;
/** $1: a position; $2: the least id of an event; $3: the limit. */
const NEXT = `
  SELECT l.position::float8 AS position, e.id AS "eventId", e.aggregate_id AS "orderId", ${DAY} AS day
  FROM ${CONFIRMED} AND l.position > $1 AND l.event_id >= $2 ORDER BY l.position LIMIT $3`;
/** $1 and $2: orders and their days. */
const UNITS = `
  SELECT o.day, l.product_id AS "productId", sum(l.quantity)::float8 AS units
  FROM unnest($1::uuid[], $2::text[]) AS o (id, day) JOIN order_lines l ON l.order_id = o.id GROUP BY 1, 2`;
const LOGGED = 'SELECT FROM event_log WHERE position = $1 AND event_id = $2';
/** $1: the least id of an event; $2: the first day. */
const SINCE = `SELECT DISTINCT e.aggregate_id AS "orderId" FROM ${CONFIRMED} AND l.event_id >= $1 AND ${DAY} >= $2`;
const NAMES = 'SELECT id, sku, name FROM products WHERE id = ANY ($1::uuid[])';
const ALL = `
  SELECT product_id AS "productId", sum(quantity)::float8 AS units FROM order_lines
  WHERE order_id = ANY ($1::uuid[]) GROUP BY 1 ORDER BY 2 DESC, 1 DESC LIMIT $2`;

/** What the database has of pieces in confirmed orders. */
@Injectable()
export class UnitsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns the confirmed orders after a position of the log, oldest first, whose events have this id or a later one. */
  confirmedAfter(position: number, eventId: string, limit: number): Promise<Confirmed[]> {
    return this.tx.query<Confirmed>(NEXT, [position, eventId, limit]);
  }

  /** Returns the pieces of these orders, by day and product. */
  of(orders: readonly Confirmed[]): Promise<(Units & Record<string, unknown>)[]> {
    const ids = orders.map(({ orderId }) => decodeId('ord', orderId)!);
    return this.tx.query(UNITS, [ids, orders.map(({ day }) => day)]);
  }

  /** Whether the log has this event at this position; an empty log was counted to nothing. */
  async isLogged({ position, eventId }: Counted): Promise<boolean> {
    return eventId === '' || (await this.tx.query(LOGGED, [position, eventId])).length > 0;
  }

  /** Returns the products with the most pieces since a day, from the database alone. */
  async best(eventId: string, day: string, limit: number): Promise<{ productId: ProductId; units: number }[]> {
    return this.tx.snapshot(async () => {
      const orders = await this.tx.query<{ orderId: string }>(SINCE, [eventId, day]);
      const ids = orders.map(({ orderId }) => decodeId('ord', orderId) as OrderId);
      return this.tx.query<{ productId: ProductId; units: number }>(ALL, [ids, limit]);
    });
  }

  /** Returns what people call these products. */
  async names(ids: readonly ProductId[]): Promise<Map<ProductId, { readonly sku: string; readonly name: string }>> {
    const rows = await this.tx.query<{ id: ProductId; sku: string; name: string }>(NAMES, [ids]);
    return new Map(rows.map(({ id, sku, name }) => [id, { sku, name }]));
  }
}
