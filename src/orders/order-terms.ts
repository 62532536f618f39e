import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { DomainError } from '../shared/errors.js';
import { newId } from '../shared/ids.js';
import { assertRecentSignIn, type Caller } from '../platform/access/index.js';
import { Config } from '../platform/config/index.js';
import type { OrderableProduct } from '../catalog/index.js';
import type { Promotion } from '../promotions/index.js';
import { type ShippingMethod, ShippingService } from '../shipping/index.js';
import { type EstimatedTaxes, TaxService, type TaxTerms } from '../tax/index.js';
import { orderSettings } from './orders.settings.js';
import { assertNeedsNoApproval, returnedByCancelling } from './domain/approval-limit.js';
import { limitOf } from './domain/approval-limits.js';
import { cancelsAll, OrderDiscounted, piecesToCancel } from './domain/cancel-order.js';
import type { Order } from './domain/order.js';
import type { LineQuantity } from './domain/order-lines.js';
import { mostCharges } from './domain/order-charges.js';
import type { AppliedTerms, OrderIdentity, WantedOrder } from './domain/place-order.js';
import type { UnpaidQuota } from './domain/unpaid-quota.js';
import { type Coupons, OrderPromotions } from './order-promotions.js';

export type { EstimatedTaxes } from '../tax/index.js';

/** What an order names of the shop's terms. */
export interface NamedTerms {
  readonly coupons: Coupons;
  readonly shipping: ShippingMethod | undefined;
}

/** The terms of orders: the time, the length of reservations, quotas of customers, discounts, taxes, and what needs a second person. */
@Injectable()
export class OrderTerms {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly taxes: TaxService,
    readonly promotions: OrderPromotions,
    readonly shipping: ShippingService,
  ) {}

  get unpaidQuota(): UnpaidQuota {
    return this.config.of(orderSettings).unpaidQuota;
  }

  /**
   * Returns the coupons and the shipping method that an order names. With `lock`, it locks coupons with limits or budgets until the running
   * transaction ends.
   * @throws ShippingUnavailable
   */
  async named(wanted: WantedOrder, lock: boolean): Promise<NamedTerms> {
    const [coupons, shipping] = await Promise.all([
      this.promotions.coupons(wanted, lock),
      wanted.shippingMethod && this.shipping.forOrder(wanted.shippingMethod),
    ]);
    return { coupons, shipping };
  }

  /**
   * Returns the discounts, taxes and shipping method that apply to an order for these products; nothing is read where none do. Taxes come from
   * `estimated`, or without it from the table of rates.
   * @throws ValidationFailed, TaxRateMissing
   */
  async conditionsOf(
    wanted: WantedOrder,
    products: readonly OrderableProduct[],
    { coupons, shipping }: NamedTerms,
    automatic: readonly Promotion[],
    estimated: EstimatedTaxes | undefined,
  ): Promise<AppliedTerms> {
    const [discounts, taxes] = await Promise.all([
      this.promotions.terms(wanted, coupons, automatic, products),
      this.taxesOf(products, wanted, shipping, estimated),
    ]);
    return { discounts, ...taxes, shipping };
  }

  private async taxesOf(
    products: readonly OrderableProduct[],
    { charges = [], shippingAddress, customerId }: WantedOrder,
    shipping: ShippingMethod | undefined,
    estimated: EstimatedTaxes | undefined,
  ): Promise<Pick<AppliedTerms, 'taxes' | 'estimated'>> {
    const classes = [...products, ...charges, ...(shipping ? [shipping] : [])].flatMap(
      ({ taxClass }) => taxClass ?? [],
    );
    if (classes.length === 0) return {};
    return estimated ? { estimated } : { taxes: await this.taxes.terms(classes, shippingAddress, customerId) };
  }

  /**
   * Returns the taxes of an order, with those of ways to ship it; reads only where one has a class that the order has not. Where that can't be
   * taxed, they are those of the order.
   */
  async taxesWith(
    methods: readonly ShippingMethod[],
    { shippingAddress, customerId }: WantedOrder,
    { taxes, estimated }: AppliedTerms,
  ): Promise<TaxTerms | undefined> {
    const classes = methods.flatMap(({ taxClass }) => taxClass ?? []);
    if (estimated || classes.every((taxClass) => taxes?.byClass.has(taxClass))) return taxes;
    try {
      return await this.taxes.terms([...(taxes?.byClass.keys() ?? []), ...classes], shippingAddress, customerId);
    } catch (error) {
      if (error instanceof DomainError) return taxes;
      throw error;
    }
  }

  /** Returns ids of a new order's lines and charges, and its time and reservation. */
  newParts(
    { lines, charges = [], shippingMethod }: WantedOrder,
    products: readonly OrderableProduct[],
  ): Omit<OrderIdentity, 'id' | 'number'> {
    const lineIds = lines.map(() => newId<'lin'>());
    const ids = { lineIds, ...this.ofReservation() };
    const count = charges.length + (shippingMethod ? 1 : 0);
    if (count === 0) return ids;
    const chargeIds = Array.from({ length: mostCharges(count, products) }, () => newId<'chg'>());
    return { ...ids, chargeIds };
  }

  /**
   * Refuses discounts by hand without a sign-in of the shift.
   * @throws RecentSignInRequired if they signed in longer than STAFF_SIGN_IN_SECONDS ago
   */
  assertMayDiscount(caller: Caller, { discounts }: WantedOrder): void {
    if (discounts) assertRecentSignIn(caller, this.config.staffSignInSeconds);
  }

  /**
   * Returns the pieces that a cancellation removes, as `piecesToCancel` does.
   * @throws OrderDiscounted also for a customer whose shipping would cost more without these pieces
   */
  async piecesToCancel(
    caller: Caller,
    order: Order,
    wanted: readonly LineQuantity[] | undefined,
  ): Promise<readonly LineQuantity[]> {
    const isStaff = caller.permissions.has('orders:write');
    const pieces = piecesToCancel(order, wanted, isStaff);
    const methodIds = (order.charges ?? []).flatMap(({ methodId }) => methodId ?? []);
    if (isStaff || methodIds.length === 0 || cancelsAll(order, pieces)) return pieces;
    if (await this.shipping.isPricedByGoods(methodIds)) throw new OrderDiscounted();
    return pieces;
  }

  /**
   * Of somebody who cancels pieces of a customer's order.
   * @throws RecentSignInRequired if they signed in longer than STAFF_SIGN_IN_SECONDS ago, ApprovalRequired if it gives back so much that a
   * second person is needed
   */
  assertMayCancelAlone(caller: Caller, order: Order, pieces: readonly LineQuantity[]): void {
    assertRecentSignIn(caller, this.config.staffSignInSeconds);
    const limits = this.config.of(orderSettings).approvalAbove;
    if (limitOf(limits, order.currency) === undefined) return;
    const how = 'POST /v1/orders/:id/cancellation-requests';
    assertNeedsNoApproval(order, returnedByCancelling(order, pieces), limits, how);
  }

  now(): Date {
    return this.clock.now();
  }

  ofReservation(): { now: Date; reservedUntil: Date } {
    const now = this.clock.now();
    return { now, reservedUntil: new Date(now.getTime() + this.config.of(orderSettings).reservationSeconds * 1000) };
  }
}
