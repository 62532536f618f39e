import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../shared/errors.js';
import type { FulfillmentId, OrderId, ProductId, UserId } from '../shared/ids.js';
import { type BatchQuery, rowsOf, Transaction } from '../platform/database/index.js';
import type { Keyset } from '../platform/http/index.js';
import type { Order, OrderHeader } from './domain/order.js';
import type { LineQuantity, OrderLine } from './domain/order-lines.js';
import { hasEnded, owed } from './domain/order-money.js';
import type { OrderStatus } from './domain/order-state.js';
import type { UnpaidHoldings } from './domain/unpaid-quota.js';
import { type Cause, Obligations } from './obligations.js';

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

const HEADER = `
  o.id, o.number, o.customer_id AS "customerId", o.currency, o.total, o.status, o.fulfillment_status AS "fulfillmentStatus",
  o.authorized_amount AS "authorizedAmount", o.captured_amount AS "capturedAmount", o.refunded_amount AS "refundedAmount",
  o.capture_pending AS "capturePending", o.void_pending AS "voidPending", o.refund_pending AS "refundPending",
  o.disputed_amount AS "disputedAmount", o.charged_back_amount AS "chargedBackAmount", o.agreed_amount AS "agreedAmount",
  o.reserved_until AS "reservedUntil", o.shipping_address AS "shippingAddress", o.metadata, o.version,
  o.created_at AS "createdAt", o.updated_at AS "updatedAt"`;
const LINES = `
  (SELECT json_agg(json_build_object('id', l.id, 'productId', l.product_id, 'sku', l.sku, 'name', l.name,
     'quantity', l.quantity, 'unitPrice', l.unit_price, 'fulfilledQuantity', l.fulfilled_quantity,
     'cancelledQuantity', l.cancelled_quantity) ORDER BY l.position)
   FROM order_lines l WHERE l.order_id = o.id) AS lines`;
/** One order of a customer in each group, so that each sees the ones before it; customers are locked in order of their ids. */
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
const INSERT = `
  INSERT INTO orders (id, number, customer_id, currency, status, total, reserved_until, shipping_address, metadata,
    created_at, updated_at)
  ${rowsOf(`id uuid, number bigint, customer_id uuid, currency text, status text, total bigint,
    reserved_until timestamptz, shipping_address jsonb, metadata jsonb, created_at timestamptz,
    updated_at timestamptz`)}`;
const INSERT_LINES = `
  INSERT INTO order_lines (order_id, position, id, product_id, sku, name, quantity, unit_price)
  ${rowsOf(`order_id uuid, position smallint, id uuid, product_id uuid, sku text, name text, quantity int,
    unit_price bigint`)}`;
const UPDATE = `
  UPDATE orders o SET status = t.status, total = t.total, fulfillment_status = t.fulfillment_status, authorized_amount = t.authorized_amount,
    captured_amount = t.captured_amount, refunded_amount = t.refunded_amount, capture_pending = t.capture_pending,
    void_pending = t.void_pending, refund_pending = t.refund_pending, disputed_amount = t.disputed_amount,
    charged_back_amount = t.charged_back_amount, agreed_amount = t.agreed_amount, reserved_until = t.reserved_until,
    version = t.version, updated_at = t.updated_at
  FROM (${rowsOf(`id uuid, status text, total bigint, fulfillment_status text, authorized_amount bigint, captured_amount bigint,
    refunded_amount bigint, capture_pending bigint, void_pending bigint, refund_pending bigint, disputed_amount bigint,
    charged_back_amount bigint, agreed_amount bigint, reserved_until timestamptz, version int, updated_at timestamptz`)}) AS t
  WHERE o.id = t.id`;
const UPDATE_LINES = `
  UPDATE order_lines l SET fulfilled_quantity = t.fulfilled, cancelled_quantity = t.cancelled
  FROM unnest($2::uuid[], $3::int[], $4::int[]) AS t (id, fulfilled, cancelled) WHERE l.order_id = $1 AND l.id = t.id`;
const EXPIRED = `
  SELECT id FROM orders WHERE reserved_until < $1 ORDER BY reserved_until LIMIT $2`;
const INSERT_FULFILLMENT = `
  WITH shipped AS (
    INSERT INTO fulfillments (id, order_id, carrier, tracking_number, actor_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
  )
  INSERT INTO fulfillment_lines (fulfillment_id, line_id, quantity)
  SELECT $1, t.line_id, t.quantity FROM unnest($7::uuid[], $8::int[]) AS t (line_id, quantity)`;
const FULFILLMENTS = `
  SELECT f.id, f.order_id AS "orderId", f.carrier, f.tracking_number AS "trackingNumber", f.created_at AS "createdAt",
    (SELECT json_agg(json_build_object('lineId', l.line_id, 'quantity', l.quantity) ORDER BY l.line_id)
     FROM fulfillment_lines l WHERE l.fulfillment_id = f.id) AS lines
  FROM fulfillments f WHERE f.order_id = $1 AND ($2::uuid IS NULL OR f.id < $2) ORDER BY f.id DESC LIMIT $3`;

/** Some 500 kB of JSON: a page of orders with more lines, or large notes, ends earlier. */
const PAGE_LINES = 2000;
/** Bytes of metadata and address that count as one line of an order, which has about as many. */
const LINE_BYTES = 250;

type Selected<T> = T & Record<string, unknown>;

/** The SQL of orders and their locks. */
@Injectable()
export class OrdersRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly obligations: Obligations,
  ) {}

  /**
   * The number of a new order, and what its customer holds unpaid, whose lock is kept until the transaction ends; nothing is
   * looked up for an order without a `customer`.
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
    this.tx.writeBatch(INSERT, [rowOf(order)], {
      orders_customer_id_fkey: () =>
        new ValidationFailed([{ pointer: '/customerId', code: 'unknown_user', message: 'names no user' }]),
    });
    this.tx.writeBatch(
      INSERT_LINES,
      order.lines.map(({ id, productId, sku, name, quantity, unitPrice }, index) => [
        order.id,
        index + 1,
        id,
        productId,
        sku,
        name,
        quantity,
        unitPrice,
      ]),
    );
  }

  async find(id: OrderId): Promise<Order | undefined> {
    const [order] = await this.tx.query<Selected<Order>>(`SELECT ${HEADER}, ${LINES} FROM orders o WHERE o.id = $1`, [
      id,
    ]);
    return order;
  }

  findAll(ids: readonly OrderId[]): Promise<Order[]> {
    return this.tx.query<Selected<Order>>(`SELECT ${HEADER}, ${LINES} FROM orders o WHERE o.id = ANY($1::uuid[])`, [
      ids,
    ]);
  }

  /**
   * The order and its lines, locked until the transaction ends. The lines are read by a statement of their own: one that
   * waited for the lock would see them as they were before it waited (PostgreSQL, section 13.2.1).
   */
  async lock(id: OrderId): Promise<Order | undefined> {
    const [order, lines] = await Promise.all([this.lockHeader(id), this.lines(id)]);
    return order && { ...order, lines };
  }

  /** The lines of an order, in their order; none when there is no such order. */
  async lines(id: OrderId): Promise<readonly OrderLine[]> {
    const rows = await this.tx.query<Pick<Order, 'lines'> & Record<string, unknown>>(
      `SELECT ${LINES} FROM orders o WHERE o.id = $1`,
      [id],
    );
    return rows[0]?.lines ?? [];
  }

  /** The order without its lines, locked until the transaction ends. */
  async lockHeader(id: OrderId): Promise<OrderHeader | undefined> {
    return (await this.tx.queryBatch<Selected<OrderHeader>>(LOCK_HEADER, [[id]]))[0];
  }

  /**
   * Writes what may change of an order, and returns it as its next version. When it holds more than it may keep and that is
   * not on its way back, it is noted with its cause, and given back: void first, then refund.
   */
  save<O extends OrderHeader>(before: O, cause: Cause = causeOf(before)): O {
    const order = { ...before, version: before.version + 1 };
    const amount = owed(order);
    if (amount > 0) this.obligations.arise(order, amount, cause);
    this.tx.writeBatch(UPDATE, [
      [
        order.id,
        order.status,
        order.total,
        order.fulfillmentStatus,
        order.authorizedAmount,
        order.capturedAmount,
        order.refundedAmount,
        order.capturePending,
        order.voidPending,
        order.refundPending,
        order.disputedAmount,
        order.chargedBackAmount,
        order.agreedAmount,
        order.reservedUntil,
        order.version,
        order.updatedAt,
      ],
    ]);
    return order;
  }

  /** Has a worker look at what the order owes, since something has happened to its money. */
  wake(id: OrderId): void {
    this.obligations.wake(id);
  }

  saveLines(orderId: OrderId, lines: readonly OrderLine[]): void {
    this.tx.write(UPDATE_LINES, [
      orderId,
      lines.map(({ id }) => id),
      lines.map(({ fulfilledQuantity }) => fulfilledQuantity),
      lines.map(({ cancelledQuantity }) => cancelledQuantity),
    ]);
  }

  /**
   * Newest first, the first order and those after it that have `PAGE_LINES` lines together at most, notes counted as lines. Only the conditions that
   * apply are in the statement, so that each one has its index.
   */
  async list({ customerId, status, after, limit }: OrderFilter): Promise<{ orders: Order[]; more: boolean }> {
    const parameters: unknown[] = [limit + 1];
    const where = (condition: string, value: unknown) =>
      value === undefined ? [] : [`${condition} $${parameters.push(value)}`];
    const conditions = [
      ...where('o.customer_id =', customerId),
      ...where('o.status =', status),
      ...where('o.id <', after?.[0]),
    ];
    const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const rows = await this.tx.query<Selected<Order> & { found: number }>(
      `SELECT ${HEADER}, ${LINES}, o.found FROM (
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
    return (await this.tx.query<{ id: OrderId }>(EXPIRED, [now, limit])).map(({ id }) => id);
  }

  insertFulfillment(fulfillment: Fulfillment, actorId: UserId): void {
    const { id, orderId, carrier, trackingNumber, createdAt, lines } = fulfillment;
    const columns = [lines.map(({ lineId }) => lineId), lines.map(({ quantity }) => quantity)];
    this.tx.write(INSERT_FULFILLMENT, [id, orderId, carrier, trackingNumber, actorId, createdAt, ...columns]);
  }

  fulfillments(orderId: OrderId, after: Keyset | undefined, limit: number): Promise<Fulfillment[]> {
    return this.tx.query<Selected<Fulfillment>>(FULFILLMENTS, [orderId, after?.[0] ?? null, limit]);
  }
}

function causeOf(order: OrderHeader): Cause {
  return { reason: hasEnded(order) ? 'order_ended' : 'order_reduced', isNew: true };
}

function rowOf(order: Order): unknown[] {
  return [
    order.id,
    order.number,
    order.customerId,
    order.currency,
    order.status,
    order.total,
    order.reservedUntil,
    order.shippingAddress && JSON.stringify(order.shippingAddress),
    JSON.stringify(order.metadata),
    order.createdAt,
    order.updatedAt,
  ];
}
