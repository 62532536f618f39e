import { Injectable } from '@nestjs/common';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type OrderId } from '../shared/ids.js';
import { assertOwnOr, type Caller, isOwn } from '../platform/access/index.js';
import { Transaction } from '../platform/database/index.js';
import { type Page, pageOf } from '../platform/http/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { type OrderableProduct, StockReservations, type StockQuantity } from '../catalog/index.js';
import { assertReturnsAtMost } from './domain/approval-limit.js';
import { cancelsAll, endOrder, piecesToCancel, reduceOrder } from './domain/cancel-order.js';
import type { Order, OrderHeader } from './domain/order.js';
import { type LineQuantity, openLines } from './domain/order-lines.js';
import { hasOutcome, type MoneyMoved } from './domain/order-money.js';
import { type AppliedTerms, placeOrder, type WantedOrder } from './domain/place-order.js';
import { productsOf, quantitiesOf } from './domain/order-products.js';
import { recordMoney } from './domain/record-money.js';
import { awaitsPayment, extended, shortened } from './domain/reservation.js';
import { assertWithinQuota, type UnpaidHoldings } from './domain/unpaid-quota.js';
import { assertMayOrder } from './may-order.js';
import { orderEvent, orderReduced } from './order.events.js';
import type { Cause } from './obligations.js';
import { type EstimatedTaxes, OrderTerms } from './order-terms.js';
import type { OrderList } from './order-list.js';
import { type Fulfillment, OrdersRepository } from './orders.repository.js';

/** The reason for cancelling what is open of an order that lost all its money. */
const NOT_PAID = 'not_paid';

/** A prepared order: the request, and the products with their stock, locked until the transaction ends. */
export interface PreparedOrder {
  readonly id: OrderId;
  readonly number: number;
  readonly wanted: WantedOrder;
  readonly quantities: readonly StockQuantity[];
  readonly products: readonly OrderableProduct[];
  /** The customer's unpaid holdings; undefined without a quota. */
  readonly held: UnpaidHoldings | undefined;
  /** The discounts and taxes that apply. */
  readonly conditions: AppliedTerms;
}

/** The lines to cancel; all open ones if none are named. */
export interface Cancellation {
  readonly lines?: readonly LineQuantity[] | undefined;
  readonly reason?: string | undefined;
}

/** The use cases of orders. Every method is one transaction or joins the caller's; placing needs the caller's. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: OrdersRepository,
    private readonly stock: StockReservations,
    private readonly outbox: Outbox,
    private readonly terms: OrderTerms,
  ) {}

  /**
   * Locks the stock of a new order's products, its customer, and its coupons, in the running transaction. Callers with `orders:write` (the shop)
   * have no quota. Taxes are those of the table of rates, unless they were `estimated`.
   * @throws Forbidden, RecentSignInRequired, ShippingUnavailable, ValidationFailed or TaxRateMissing for taxed products without a known country or rate
   */
  async prepare(caller: Caller, wanted: WantedOrder, estimated?: EstimatedTaxes): Promise<PreparedOrder> {
    assertMayOrder(caller, wanted);
    this.terms.assertMayDiscount(caller, wanted);
    const limited = caller.permissions.has('orders:write') ? undefined : wanted.customerId;
    const id = newId<'ord'>();
    const quantities = quantitiesOf(wanted.lines);
    const productIds = quantities.map(({ productId }) => productId);
    const [products, { number, held, promoted }, named] = await Promise.all([
      this.stock.lock(productIds),
      this.repository.nextNumber(id, limited, productIds),
      this.terms.named(wanted, true),
    ]);
    const automatic = promoted ? await this.terms.promotions.lockAutomatic(products) : [];
    const conditions = await this.terms.conditionsOf(wanted, products, named, automatic, estimated);
    return { id, number, wanted, quantities, products, conditions, held: limited ? held : undefined };
  }

  /**
   * Places a prepared order at present prices in the running transaction, and reserves its stock: all lines or none.
   * @throws TooManyUnpaidOrders, TooManyPiecesHeld, ProductUnavailable, InsufficientStock, ShippingUnavailable, CouponRefused, OrderTooLarge, TotalChanged, TaxesNotEstimated
   */
  place({ id, number, wanted, quantities, products, held, conditions }: PreparedOrder): Order {
    if (held) assertWithinQuota(held, quantities, this.terms.unpaidQuota);
    const identity = { id, number, ...this.terms.newParts(wanted, products) };
    const order = placeOrder(wanted, products, identity, conditions);
    this.repository.insert(order);
    this.stock.reserve(order.id, quantities);
    this.outbox.record(orderEvent('placed', order));
    if (order.status === 'confirmed') this.outbox.record(orderEvent('confirmed', order));
    return order;
  }

  /** @throws NotFound also for another customer's order */
  async read(caller: Caller, id: OrderId): Promise<Order> {
    const order = await this.repository.find(id);
    if (!order) throw new NotFound('order', encodeId('ord', id));
    assertOwnOr(caller, order.customerId, 'orders:read', 'order');
    return order;
  }

  /** Returns an order with its lines, and what refunds returned of it; exact if it is locked. */
  withLines(header: OrderHeader): Promise<Order> {
    return this.repository.withLines(header);
  }

  /** Returns orders by id, in any order, for notifications. Omits orders that do not exist. */
  findAll(ids: readonly OrderId[]): Promise<Order[]> {
    return this.repository.findAll(ids);
  }

  /** Returns orders, newest first; without `orders:read` only the caller's own. A page of large orders may be shorter. */
  async list(caller: Caller, list: OrderList): Promise<Page<Order>> {
    const customerId = caller.permissions.has('orders:read') ? list.customerId : caller.userId;
    const { orders, more } = await this.repository.list({ ...list, customerId });
    return pageOf(orders, list.limit, ({ key }) => [key], more);
  }

  /**
   * Cancels open pieces of an order, or all of them, and releases their stock. If nothing is left, the order ends; if a part was
   * shipped, it is completed. The worker returns the money.
   * @throws NotFound, InvalidTransition, NothingToCancel, OrderPartlyShipped for a customer after a part was shipped, ApprovalRequired for staff
   */
  cancel(caller: Caller, id: OrderId, { lines, reason }: Cancellation): Promise<Order> {
    return this.tx.run(async () => {
      const order = await this.locked(id);
      assertOwnOr(caller, order.customerId, 'orders:write', 'order');
      const pieces = await this.terms.piecesToCancel(caller, order, lines);
      if (!isOwn(caller, order.customerId)) this.terms.assertMayCancelAlone(caller, order, pieces);
      return this.remove(order, pieces, reason ?? null);
    });
  }

  /** Cancels what a second person approved, if it gives back `amount` at most. @throws ApprovalRequired, and as `cancel` */
  cancelApproved(id: OrderId, { lines, reason }: Cancellation, amount: number): Promise<Order> {
    return this.tx.run(async () => {
      const order = await this.locked(id);
      const pieces = piecesToCancel(order, lines, true);
      assertReturnsAtMost(order, pieces, amount);
      return this.remove(order, pieces, reason ?? null);
    });
  }

  /**
   * Ends an order whose reservation ran out: one that was never paid expires, and what is open of one that lost all its money is cancelled,
   * which completes it if a part was shipped. Returns false if it was paid or ended meanwhile.
   */
  expire(id: OrderId): Promise<boolean> {
    return this.tx.run(async () => {
      const order = await this.locked(id);
      const due = awaitsPayment(order) && order.reservedUntil !== null && order.reservedUntil <= this.terms.now();
      const open = openLines(order.lines);
      if (due) await (order.status === 'pending' ? this.end(order, 'expire') : this.remove(order, open, NOT_PAID));
      return due;
    });
  }

  /** Returns orders whose reservation ran out, longest ago first, without some. */
  overdue(limit: number, without: readonly OrderId[] = []): Promise<OrderId[]> {
    return this.repository.expired(this.terms.now(), limit, without);
  }

  /** Returns the shipments of an order, newest first. @throws NotFound */
  async fulfillments(
    caller: Caller,
    id: OrderId,
    page: { after: OrderList['after']; limit: number },
  ): Promise<Page<Fulfillment>> {
    await this.read(caller, id);
    const rows = await this.repository.fulfillments(id, page.after, page.limit + 1);
    return pageOf(rows, page.limit, (row) => [row.id]);
  }

  /** Locks an order before a change of its payments. Call it before locking any payment. @throws NotFound */
  async lockForPayment(id: OrderId): Promise<OrderHeader> {
    const order = await this.repository.lockHeader(id);
    if (!order) throw new NotFound('order', encodeId('ord', id));
    return order;
  }

  /**
   * Records a movement of money for an order locked by `lockForPayment`, and confirms the order once it is covered. If it now holds
   * more than it may keep, records an obligation with this cause. An order that lost all its money keeps its stock for a while. Returns the order.
   */
  recordMoney(before: OrderHeader, moved: MoneyMoved, cause: Cause): OrderHeader {
    const recorded = recordMoney(before, moved, this.terms.ofReservation().reservedUntil);
    const order = this.save(recorded.order, cause);
    if (hasOutcome(moved)) this.repository.wake(order.id);
    if (recorded.confirms) this.outbox.record(orderEvent('confirmed', order));
    if (recorded.lostItsMoney)
      this.outbox.record(orderEvent('unfunded', order, { reservedUntil: order.reservedUntil }));
    return order;
  }

  /** Extends the reservation of a locked, unpaid order to at least `until`, while a payment is in progress. */
  holdUntil(order: OrderHeader, until: Date): OrderHeader {
    return this.reserveUntil(order, extended(order, until));
  }

  /** Shortens the reservation of a locked order to that of a new one at most, after its last payment in progress has ended. */
  release(order: OrderHeader): OrderHeader {
    return this.reserveUntil(order, shortened(order, this.terms.ofReservation().reservedUntil));
  }

  private reserveUntil(order: OrderHeader, reservedUntil: Date | null): OrderHeader {
    return reservedUntil === order.reservedUntil ? order : this.save({ ...order, reservedUntil });
  }

  private async locked(id: OrderId): Promise<Order> {
    const order = await this.repository.lock(id);
    if (!order) throw new NotFound('order', encodeId('ord', id));
    return order;
  }

  private remove(order: Order, pieces: readonly LineQuantity[], reason: string | null): Promise<Order> {
    return cancelsAll(order, pieces) ? this.end(order, 'cancel', { reason }) : this.reduce(order, pieces, reason);
  }

  private async end(
    before: Order,
    action: 'cancel' | 'expire',
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Order> {
    const ended = endOrder(before, action);
    await this.stock.release(ended.id, productsOf(ended, openLines(ended.lines)));
    const order = this.save(ended);
    this.outbox.record(orderEvent(action === 'cancel' ? 'cancelled' : 'expired', order, more));
    return order;
  }

  /** Cancels pieces of an order that continues. */
  private async reduce(before: Order, lines: readonly LineQuantity[], reason: string | null): Promise<Order> {
    const reduced = reduceOrder(before, lines);
    await this.stock.release(before.id, productsOf(before, lines));
    const order = this.save(reduced.order);
    this.repository.saveLines(order);
    this.outbox.record(orderReduced(order, { lines, amount: reduced.amount, reason }));
    if (order.status !== before.status)
      this.outbox.record(orderEvent(order.status === 'completed' ? 'completed' : 'confirmed', order));
    return order;
  }

  /** Writes the order. Returns its next version. */
  private save<O extends OrderHeader>(order: O, cause?: Cause): O {
    return this.repository.save({ ...order, updatedAt: this.terms.now() }, cause);
  }
}
