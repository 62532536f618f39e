import { Injectable } from '@nestjs/common';
import { columnsOf, Transaction } from '../platform/database/index.js';
import { EventLogRepository, type LoggedEvent } from '../platform/event-log/index.js';
import { EventEntity } from '../platform/outbox/index.js';
import { decodeId, encodeId, type OrderId, type UserId } from '../shared/ids.js';

/** Positions at both ends of the log: the last one, and the last one that retention has deleted. */
export interface LogEnds {
  readonly last: number;
  readonly forgotten: number;
}

const ENDS = `SELECT last::float8 AS last, forgotten::float8 AS forgotten FROM event_sequence`;
const CUSTOMERS = `SELECT id, customer_id AS "customerId" FROM orders WHERE id = ANY ($1::uuid[])`;
/** The events of the orders first: they are few, and what is behind a position in the log may be a lot. $1: public ids. */
const OF_ORDERS = `
  WITH own AS MATERIALIZED (SELECT * FROM events WHERE order_id = ANY ($1::text[]))
  SELECT ${columnsOf(EventEntity, 'e')}, l.position::float8 AS sequence
  FROM own e JOIN event_log l ON l.event_id = e.id WHERE l.position > $2 ORDER BY l.position LIMIT $3`;
const OWN = `SELECT id FROM orders WHERE customer_id = $1`;

interface OwnedRow extends Record<string, unknown> {
  readonly id: OrderId;
  readonly customerId: UserId;
}

@Injectable()
export class LiveLogRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly log: EventLogRepository,
  ) {}

  async ends(): Promise<LogEnds> {
    const [row] = await this.tx.query<LogEnds & Record<string, unknown>>(ENDS);
    return row!;
  }

  async last(): Promise<number> {
    return (await this.ends()).last;
  }

  /** Returns events after a position, in order: of these orders alone, if they are given. */
  page(after: number, orderIds: readonly string[] | undefined, take: number): Promise<LoggedEvent[]> {
    return orderIds
      ? this.tx.query<LoggedEvent & Record<string, unknown>>(OF_ORDERS, [orderIds, after, take])
      : this.log.list({}, { above: after }, take);
  }

  /** Returns the customers of orders; both ids of orders are public ones. */
  async customersOf(orderIds: readonly string[]): Promise<{ orderId: string; customerId: UserId }[]> {
    const ids = orderIds.flatMap((id) => decodeId('ord', id) ?? []);
    const rows = await this.tx.query<OwnedRow>(CUSTOMERS, [ids]);
    return rows.map(({ id, customerId }) => ({ orderId: encodeId('ord', id), customerId }));
  }

  /** Returns the public ids of a customer's orders. */
  async ordersOf(customerId: UserId): Promise<string[]> {
    const rows = await this.tx.query<OwnedRow>(OWN, [customerId]);
    return rows.map(({ id }) => encodeId('ord', id));
  }
}
