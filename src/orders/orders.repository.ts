import { Injectable } from '@nestjs/common';
import { In, LessThan, type Repository } from 'typeorm';
import { ValidationFailed } from '../shared/errors.js';
import type { FulfillmentId, OrderId, ProductId, UserId } from '../shared/ids.js';
import {
  type BatchQuery,
  columnsOf,
  insertMany,
  jsonOf,
  Transaction,
  updateMany,
  whereOf,
} from '../platform/database/index.js';
import type { Keyset } from '../platform/http/index.js';
import type { Order, OrderHeader } from './domain/order.js';
import type { LineQuantity, OrderLine } from './domain/order-lines.js';
import { hasEnded, owed } from './domain/order-money.js';
import type { OrderStatus } from './domain/order-state.js';
import type { UnpaidHoldings } from './domain/unpaid-quota.js';
import { FulfillmentEntity, FulfillmentLineEntity } from './fulfillment.entity.js';
import { type Cause, Obligations } from './obligations.js';
import { OrderEntity, OrderLineEntity } from './order.entity.js';
import { OrderTaxes, TAX_LINE, TAXES } from './order-taxes.js';

/** A shipment of some lines. */
export interface Fulfillment {
  readonly id: FulfillmentId;
  readonly orderId: OrderId;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly lines: readonly LineQuantity[];
  readonly createdAt: Date;
}

export interface OrderFilter {
  readonly customerId?: UserId | undefined;
  readonly status?: OrderStatus | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

const HEADER = columnsOf(OrderEntity, 'o');
const LINE = jsonOf(OrderLineEntity, 'l', undefined, { taxLine: TAX_LINE });
const LINES = `(SELECT json_agg(${LINE} ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id) AS lines`;
/**
 * Order and lines as they are at one moment. As TypeORM's join, which sends the order once for each line, it takes 2.7 times as
 * long, and a page of the list, which needs a statement more, 3.8 times.
 */
const FIND = `SELECT ${HEADER}, ${TAXES}, ${LINES} FROM orders o WHERE o.id = ANY($1::uuid[])`;
/** Only one order per customer in a group, so that each sees the ones before it. Locks customers in order of their ids. */
const NUMBER = {
  sql: `
    SELECT key, nextval('order_numbers') AS number, orders, pieces
    FROM customers_unpaid($1::uuid[], $2::uuid[], $3::text[])`,
  key: 'key',
  locks: 'customer',
} as const satisfies BatchQuery;
const LOCK_HEADER = {
  sql: `SELECT ${HEADER} FROM orders o WHERE o.id = ANY($1::uuid[]) ORDER BY o.id FOR UPDATE`,
  key: 'id',
  locks: 'order',
} as const satisfies BatchQuery;
const INSERT = insertMany(OrderEntity);
const INSERT_LINES = insertMany(OrderLineEntity);
/** Orders without tax do not write its columns. */
const TAXED_ORDER = ['id', 'number', 'customerId', 'currency', 'taxed', 'status', 'total', 'reservedUntil'] as const;
const INSERT_TAXED = insertMany(OrderEntity, [...TAXED_ORDER, 'shippingAddress', 'metadata', 'createdAt', 'updatedAt']);
const TAXED_LINE = ['orderId', 'position', 'id', 'productId', 'sku', 'name', 'quantity', 'unitPrice'] as const;
const INSERT_TAXED_LINES = insertMany(OrderLineEntity, [...TAXED_LINE, 'tax', 'taxMode']);
const UPDATE = updateMany(OrderEntity);
const UPDATE_LINES = updateMany(OrderLineEntity, ['fulfilledQuantity', 'cancelledQuantity'], ['orderId', 'id']);

/** About 500 kB of JSON: a page with more lines or larger notes is shorter. */
const PAGE_LINES = 2000;
/** Bytes of metadata and address that count as one line, which has about this size. */
const LINE_BYTES = 250;

type Selected<T> = T & Record<string, unknown>;

/** Queries and locks of orders. */
@Injectable()
export class OrdersRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly obligations: Obligations,
    private readonly taxes: OrderTaxes,
  ) {}

  /**
   * Returns the number of a new order, and the unpaid holdings of its customer, whom it locks until the transaction ends. Without a
   * `customer`, it looks up no holdings.
   */
  async nextNumber(
    id: OrderId,
    customer: UserId | undefined,
    products: readonly ProductId[],
  ): Promise<{ number: number; held: UnpaidHoldings }> {
    const row = customer ? [customer, customer, `{${products.join(',')}}`] : [id, null, '{}'];
    const [found] = await this.tx.queryBatch<UnpaidHoldings & { number: number } & Record<string, unknown>>(NUMBER, [
      row,
    ]);
    const { number, ...held } = found!;
    return { number, held };
  }

  insert(order: Order): void {
    this.tx.writeBatch(order.taxed ? INSERT_TAXED : INSERT, [order], {
      orders_customer_id_fkey: () =>
        new ValidationFailed([{ pointer: '/customerId', code: 'unknown_user', message: 'names no user' }]),
    });
    const { id: orderId, lines } = order;
    this.tx.writeBatch(
      order.taxed ? INSERT_TAXED_LINES : INSERT_LINES,
      lines.map((line, index) => ({ ...line, orderId, position: index + 1 })),
    );
    this.taxes.insert(order);
  }

  async find(id: OrderId): Promise<Order | undefined> {
    return (await this.findAll([id]))[0];
  }

  findAll(ids: readonly OrderId[]): Promise<Order[]> {
    return this.tx.query<Selected<Order>>(FIND, [ids]);
  }

  /**
   * Locks the order with its lines until the transaction ends. A separate statement reads the lines: a statement that waited for the
   * lock would see the lines from before the wait (PostgreSQL, section 13.2.1).
   */
  async lock(id: OrderId): Promise<Order | undefined> {
    const [order, lines] = await Promise.all([this.lockHeader(id), this.lines(id)]);
    return order && { ...order, lines };
  }

  /** Returns the lines of an order by position; none if the order does not exist. */
  async lines(id: OrderId): Promise<readonly OrderLine[]> {
    const rows = await this.tx.query<Pick<Order, 'lines'> & Record<string, unknown>>(
      `SELECT ${LINES} FROM orders o WHERE o.id = $1`,
      [id],
    );
    return rows[0]?.lines ?? [];
  }

  /** Locks the order, without its lines, until the transaction ends. */
  async lockHeader(id: OrderId): Promise<OrderHeader | undefined> {
    const [header] = await this.tx.queryBatch<Selected<OrderHeader>>(LOCK_HEADER, [[id]]);
    return header && this.taxes.complete(header);
  }

  /**
   * Writes the fields of an order that may change. Returns its next version. If the order owes money that is not on its way back,
   * records an obligation with the cause.
   */
  save<O extends OrderHeader>(before: O, cause: Cause = causeOf(before)): O {
    const order = { ...before, version: before.version + 1 };
    const amount = owed(order);
    if (amount > 0) this.obligations.arise(order, amount, cause);
    this.tx.writeBatch(UPDATE, [order]);
    return order;
  }

  /** Makes the order's obligations due immediately, after a change of its money. */
  wake(id: OrderId): void {
    this.obligations.wake(id);
  }

  /** Writes the quantities of lines, and the taxes of a taxed order, after the order itself. */
  saveLines(order: Order): void {
    const { id: orderId, lines } = order;
    this.tx.writeBatch(
      UPDATE_LINES,
      lines.map((line) => ({ ...line, orderId })),
    );
    this.taxes.save(order);
  }

  /**
   * Returns orders, newest first: at least one, and as many as have at most `PAGE_LINES` lines together, counting notes as lines. The
   * statement contains only the conditions that apply, so that it can use the index of each.
   */
  async list({ customerId, status, after, limit }: OrderFilter): Promise<{ orders: Order[]; more: boolean }> {
    const parameters: unknown[] = [limit + 1];
    const filter = whereOf(parameters, { 'o.customer_id =': customerId, 'o.status =': status, 'o.id <': after?.[0] });
    const rows = await this.tx.query<Selected<Order> & { found: number }>(
      `SELECT ${HEADER}, ${TAXES}, ${LINES}, o.found FROM (
         SELECT o.*, count(*) OVER () AS found, row_number() OVER newest AS place, sum(o.lines) OVER newest AS lines_so_far
         FROM (
           SELECT o.*, (SELECT count(*) FROM order_lines l WHERE l.order_id = o.id)
             + (octet_length(o.metadata::text) + coalesce(octet_length(o.shipping_address::text), 0)) / ${LINE_BYTES} AS lines
           FROM orders o ${filter} ORDER BY o.id DESC LIMIT $1
         ) o WINDOW newest AS (ORDER BY o.id DESC ROWS UNBOUNDED PRECEDING)
       ) o WHERE o.place < $1 AND (o.place = 1 OR o.lines_so_far <= ${PAGE_LINES}) ORDER BY o.id DESC`,
      parameters,
    );
    return { orders: rows, more: rows.length < (rows[0]?.found ?? 0) };
  }

  async expired(now: Date, limit: number): Promise<OrderId[]> {
    const due = await this.orders.find({
      select: { id: true },
      where: { reservedUntil: LessThan(now) },
      order: { reservedUntil: 'ASC' },
      take: limit,
    });
    return due.map(({ id }) => id);
  }

  async insertFulfillment(fulfillment: Fulfillment, actorId: UserId): Promise<void> {
    const { lines, ...shipment } = fulfillment;
    await this.tx.repository(FulfillmentEntity).insert({ ...shipment, actorId });
    await this.tx
      .repository(FulfillmentLineEntity)
      .insert(lines.map((line) => ({ ...line, fulfillmentId: fulfillment.id })));
  }

  /** Newest first. */
  async fulfillments(orderId: OrderId, after: Keyset | undefined, limit: number): Promise<Fulfillment[]> {
    const page = await this.tx.repository(FulfillmentEntity).find({
      where: { orderId, ...(after && { id: LessThan(after[0] as FulfillmentId) }) },
      order: { id: 'DESC' },
      take: limit,
    });
    const lines = await this.tx.repository(FulfillmentLineEntity).find({
      where: { fulfillmentId: In(page.map(({ id }) => id)) },
      order: { lineId: 'ASC' },
    });
    return page.map((one) => ({ ...one, lines: lines.filter(({ fulfillmentId }) => fulfillmentId === one.id) }));
  }

  private get orders(): Repository<OrderEntity> {
    return this.tx.repository(OrderEntity);
  }
}

function causeOf(order: OrderHeader): Cause {
  return { reason: hasEnded(order) ? 'order_ended' : 'order_reduced', isNew: true };
}
