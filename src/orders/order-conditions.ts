import { ValidationFailed } from '../shared/errors.js';
import { leastIdAt, type ProductId, type UserId } from '../shared/ids.js';
import type { FulfillmentStatus, PaymentStatus } from './domain/order.js';
import type { OrderStatus } from './domain/order-state.js';

/** The filters of a list of orders. Amounts are minor units. */
export interface OrderConditions {
  readonly customerId?: UserId | undefined;
  readonly number?: number | undefined;
  /** Of the customer's account. */
  readonly email?: string | undefined;
  readonly status?: OrderStatus | undefined;
  readonly paymentStatus?: PaymentStatus | undefined;
  readonly fulfillmentStatus?: FulfillmentStatus | undefined;
  /** Of a product that is in the order. */
  readonly sku?: string | undefined;
  readonly productId?: ProductId | undefined;
  readonly currency?: string | undefined;
  readonly minTotal?: number | undefined;
  readonly maxTotal?: number | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
}

/** How far the time of an order's id may be from `createdAt`, in milliseconds: both are read within one use case. */
const APART_MS = 60_000;

/** The predicate of the index `orders_exceptional`, word by word: orders whose money or shipment is not as in most orders. */
export const EXCEPTIONAL = `(o.fulfillment_status = 'partially_fulfilled' OR o.disputed_amount > 0 OR o.charged_back_amount > 0
  OR o.refunded_amount > 0 OR o.authorized_amount > o.captured_amount OR (o.captured_amount > 0 AND o.captured_amount < o.total)
  OR (o.status = 'confirmed' AND o.reserved_until IS NOT NULL))`;

const GONE = '(o.refunded_amount + o.charged_back_amount)';
/** As `paymentStatusOf` says it. */
export const PAYMENT_STATUS = `CASE
  WHEN o.disputed_amount > 0 THEN 'disputed'
  WHEN o.charged_back_amount > 0 THEN CASE WHEN ${GONE} >= o.captured_amount THEN 'charged_back' ELSE 'partially_charged_back' END
  WHEN ${GONE} > greatest(0, o.captured_amount - o.total) THEN
    CASE WHEN ${GONE} >= o.captured_amount THEN 'refunded' ELSE 'partially_refunded' END
  WHEN o.captured_amount >= o.total THEN 'paid'
  WHEN o.captured_amount > 0 THEN 'partially_paid'
  WHEN o.authorized_amount >= o.total THEN 'authorized'
  ELSE 'unpaid' END`;

const ofStatus = (status: OrderStatus) => `o.status = '${status}'`;

/**
 * Conditions, each of which an index serves, that together hold of every order with the status. Absent where a walk over the newest orders
 * finds a page soon.
 */
const sourcesOfPayment: Readonly<Partial<Record<PaymentStatus, readonly string[]>>> = {
  unpaid: [
    ...(['pending', 'cancelled', 'expired'] as const).map(ofStatus),
    `${EXCEPTIONAL} AND o.status IN ('confirmed', 'completed')`,
  ],
  authorized: [EXCEPTIONAL],
  partially_paid: [EXCEPTIONAL],
  partially_refunded: [EXCEPTIONAL],
  refunded: [EXCEPTIONAL],
  disputed: [EXCEPTIONAL],
  charged_back: [EXCEPTIONAL],
  partially_charged_back: [EXCEPTIONAL],
};
const sourcesOfFulfillment: Readonly<Record<FulfillmentStatus, readonly string[]>> = {
  unfulfilled: [ofStatus('pending'), ofStatus('confirmed'), ofStatus('cancelled'), ofStatus('expired')],
  partially_fulfilled: [EXCEPTIONAL],
  fulfilled: [ofStatus('completed')],
};

/**
 * Where to look for orders with these filters: each place is in a query of its own with an index of its own, and has the conditions that
 * lead to it. No order is in two of them.
 */
export function sourcesOf(filter: OrderConditions): readonly (readonly string[])[] {
  const { customerId, number, productId, status, paymentStatus, fulfillmentStatus } = filter;
  // An index of these finds few orders.
  if ([customerId, number, productId].some((value) => value !== undefined)) return [[]];
  const ofPayment = paymentStatus && sourcesOfPayment[paymentStatus];
  if (ofPayment?.length === 1) return [ofPayment];
  if (status) return [[]];
  const sources = (fulfillmentStatus && sourcesOfFulfillment[fulfillmentStatus]) ?? ofPayment;
  return sources ? sources.map((source) => [source]) : [[]];
}

/**
 * No index has totals, which would make each order slower to place: they narrow what another filter finds.
 * @throws ValidationFailed for a total alone
 */
export function assertNarrow(filter: OrderConditions): void {
  const { minTotal, maxTotal, customerId, number, email, sku, createdFrom } = filter;
  if (minTotal === undefined && maxTotal === undefined) return;
  if ([customerId, number, email, sku, createdFrom].some((value) => value !== undefined)) return;
  const message = 'needs createdFrom, customerId, email, number or sku beside it';
  throw new ValidationFailed([
    { pointer: minTotal === undefined ? '/maxTotal' : '/minTotal', code: 'too_wide', message },
  ]);
}

/** Adds a value to the parameters and returns its placeholder, such as `$1`. */
type Parameter = (value: unknown) => string;

/** Returns the conditions on `orders o` that apply, except for the product. `key` is what the list is sorted by: an id of about the time of the order. */
export function conditionsOf(filter: OrderConditions, parameter: Parameter, key: string): string[] {
  const { createdFrom: from, createdTo: to } = filter;
  const idAt = (time: Date, ms: number) => parameter(leastIdAt(new Date(time.getTime() + ms)));
  const given: readonly [value: unknown, condition: () => string][] = [
    [filter.customerId, () => `o.customer_id = ${parameter(filter.customerId)}`],
    [filter.number, () => `o.number = ${parameter(filter.number)}`],
    [filter.status, () => `o.status = ${parameter(filter.status)}`],
    [filter.paymentStatus, () => `${PAYMENT_STATUS} = ${parameter(filter.paymentStatus)}`],
    [filter.fulfillmentStatus, () => `o.fulfillment_status = ${parameter(filter.fulfillmentStatus)}`],
    [filter.currency, () => `o.currency = ${parameter(filter.currency)}`],
    [filter.minTotal, () => `o.total >= ${parameter(filter.minTotal)}`],
    [filter.maxTotal, () => `o.total <= ${parameter(filter.maxTotal)}`],
    [from, () => `${key} >= ${idAt(from!, -APART_MS)} AND o.created_at >= ${parameter(from)}`],
    [to, () => `${key} < ${idAt(to!, APART_MS)} AND o.created_at < ${parameter(to)}`],
  ];
  return given.filter(([value]) => value !== undefined).map(([, condition]) => condition());
}
