import { Injectable } from '@nestjs/common';
import { In, LessThan, Not } from 'typeorm';
import { ValidationFailed } from '../shared/errors.js';
import type { FulfillmentId, OrderId, ProductId, UserId } from '../shared/ids.js';
import { type BatchQuery, insertMany, type Row, Transaction, updateMany } from '../platform/database/index.js';
import type { Keyset } from '../platform/http/index.js';
import type { Order, OrderHeader } from './domain/order.js';
import type { Fulfillment } from './domain/fulfillment.js';
import type { OrderLine } from './domain/order-lines.js';
import { hasEnded, owed } from './domain/order-money.js';
import type { UnpaidHoldings } from './domain/unpaid-quota.js';
import { FulfillmentEntity, FulfillmentLineEntity } from './fulfillment.entity.js';
import { type Cause, Obligations } from './obligations.js';
import { OrderEntity, OrderLineEntity } from './order.entity.js';
import { assertNarrow } from './order-conditions.js';
import { CHARGES } from './order-charges.js';
import { DISCOUNTS } from './order-discounts.js';
import { HEADER, isKept, LINES, type OrderList, orderListQuery } from './order-list.js';
import { OrderRefunds } from './order-refunds.js';
import { isDivided, OrderTaxes, TAXES } from './order-taxes.js';

export type { Fulfillment } from './domain/fulfillment.js';

/** An order of a list, with its place there. */
export type ListedOrder = Order & { readonly key: string };

/**
 * Order and lines as they are at one moment. As TypeORM's join, which sends the order once for each line, it takes 2.7 times as
 * long, and a page of the list, which needs a statement more, 3.8 times.
 */
const FIND = `SELECT ${HEADER}, ${TAXES}, ${DISCOUNTS}, ${CHARGES}, ${LINES} FROM orders o WHERE o.id = ANY($1::uuid[])`;
/** Only one order per customer in a group, so that each sees the ones before it. Locks customers in order of their ids. */
const NUMBER = {
  sql: `
    SELECT key, nextval('order_numbers') AS number, orders, pieces,
      EXISTS (SELECT FROM promotions WHERE code IS NULL AND status = 'active') AS promoted
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
/** Orders without tax, discount and charge do not write their columns. */
const DIVIDED = [
  'id',
  'number',
  'customerId',
  'currency',
  'taxed',
  'taxRounding',
  'discounted',
  'charged',
  'status',
  'total',
] as const;
const REST = ['reservedUntil', 'shippingAddress', 'metadata', 'createdAt', 'updatedAt'] as const;
const INSERT_DIVIDED = insertMany(OrderEntity, [...DIVIDED, ...REST]);
const LINE_OF_DIVIDED = ['orderId', 'position', 'id', 'productId', 'sku', 'name', 'quantity', 'unitPrice'] as const;
const INSERT_DIVIDED_LINES = insertMany(OrderLineEntity, [...LINE_OF_DIVIDED, 'discount', 'tax', 'taxMode']);
const UPDATE = updateMany(OrderEntity);
const UPDATE_LINES = updateMany(OrderLineEntity, ['fulfilledQuantity', 'cancelledQuantity'], ['orderId', 'id']);

/** Of an e-mail address and of a sku, whatever their case. */
interface Named {
  readonly customerId: UserId | null;
  readonly productId: ProductId | null;
}
const NAMED = `SELECT (SELECT u.id FROM users u WHERE lower(u.email) = lower($1)) AS "customerId",
  (SELECT p.id FROM products p WHERE p.sku_key = sku_key($2)) AS "productId"`;

type Selected<T> = T & Record<string, unknown>;
type Listed = Selected<ListedOrder & { readonly found: number }>;

/** Queries and locks of orders. */
@Injectable()
export class OrdersRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly obligations: Obligations,
    private readonly taxes: OrderTaxes,
    private readonly refunds: OrderRefunds,
  ) {}

  /**
   * Returns the number of a new order, whether the shop has promotions that apply by themselves, and the unpaid holdings of its
   * customer, whom it locks until the transaction ends. Without a `customer`, it looks up no holdings.
   */
  async nextNumber(
    id: OrderId,
    customer: UserId | undefined,
    products: readonly ProductId[],
  ): Promise<{ number: number; promoted: boolean; held: UnpaidHoldings }> {
    const row = customer ? [customer, customer, `{${products.join(',')}}`] : [id, null, '{}'];
    const [found] = await this.tx.queryBatch<UnpaidHoldings & { number: number; promoted: boolean } & Row>(NUMBER, [
      row,
    ]);
    const { number, promoted, ...held } = found!;
    return { number, promoted, held };
  }

  insert(order: Order): void {
    this.tx.writeBatch(isDivided(order) ? INSERT_DIVIDED : INSERT, [order], {
      orders_customer_id_fkey: () =>
        new ValidationFailed([{ pointer: '/customerId', code: 'unknown_user', message: 'names no user' }]),
    });
    const { id: orderId, lines } = order;
    this.tx.writeBatch(
      isDivided(order) ? INSERT_DIVIDED_LINES : INSERT_LINES,
      lines.map((line, index) => ({ ...line, orderId, position: index + 1 })),
    );
    this.taxes.insert(order);
  }

  async find(id: OrderId): Promise<Order | undefined> {
    return (await this.findAll([id]))[0];
  }

  /** Returns the order with its lines, and with what refunds returned of it. */
  async withLines(header: OrderHeader): Promise<Order> {
    return this.refunds.complete({ ...header, lines: await this.lines(header.id) });
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
    return order && this.refunds.complete({ ...order, lines });
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

  /** Writes the quantities of lines, and the sums of taxes and discounts, after the order itself. */
  saveLines(order: Order): void {
    const { id: orderId, lines } = order;
    this.tx.writeBatch(
      UPDATE_LINES,
      lines.map((line) => ({ ...line, orderId })),
    );
    this.taxes.save(order);
  }

  /**
   * Returns a page of orders with their places in the list. A page of large orders may be shorter than `limit`. With filters beyond the
   * common ones there are too many texts for connections to keep; the planner then knows the values.
   * @throws ValidationFailed for a total alone
   */
  async list(list: OrderList): Promise<{ orders: ListedOrder[]; more: boolean }> {
    assertNarrow(list);
    const named = await this.named(list);
    if (!named) return { orders: [], more: false };
    const { sql, parameters } = orderListQuery(named);
    const rows = isKept(named)
      ? await this.tx.query<Listed>(sql, parameters)
      : ((await this.tx.repository(OrderEntity).query(sql, [...parameters])) as Listed[]);
    return { orders: rows, more: rows.length < (rows[0]?.found ?? 0) };
  }

  /** Returns the list with the ids of the account and of the product that it names; undefined if nobody or nothing has the name. */
  private async named({ email, sku, ...list }: OrderList): Promise<OrderList | undefined> {
    if (email === undefined && sku === undefined) return list;
    const [found] = await this.tx.query<Named & Record<string, unknown>>(NAMED, [email ?? null, sku ?? null]);
    const { customerId, productId } = found!;
    if (email !== undefined && (customerId === null || (list.customerId ?? customerId) !== customerId))
      return undefined;
    if (sku !== undefined && productId === null) return undefined;
    return { ...list, customerId: customerId ?? list.customerId, productId: productId ?? undefined };
  }

  async expired(now: Date, limit: number, without: readonly OrderId[]): Promise<OrderId[]> {
    const due = await this.tx.repository(OrderEntity).find({
      select: { id: true },
      where: { reservedUntil: LessThan(now), ...(without.length > 0 && { id: Not(In([...without])) }) },
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
}

function causeOf(order: OrderHeader): Cause {
  return { reason: hasEnded(order) ? 'order_ended' : 'order_reduced', isNew: true };
}
