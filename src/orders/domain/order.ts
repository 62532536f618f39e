import type { OrderId, UserId } from '../../shared/ids.js';
import type { TaxDocument, TaxRounding } from '../../tax/index.js';
import type { DiscountGroup } from './discount-groups.js';
import type { ChargeGroup } from './charge-groups.js';
import type { OrderCharge } from './order-charges.js';
import type { OrderDiscount } from './order-discounts.js';
import type { OrderLine } from './order-lines.js';
import type { OrderAmounts } from './order-money.js';
import type { OrderStatus } from './order-state.js';
import type { NamedPieces } from './refunded-pieces.js';
import type { TaxGroup } from './tax-groups.js';

export const paymentStatuses = [
  'unpaid',
  'authorized',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
  'disputed',
  'partially_charged_back',
  'charged_back',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

export const fulfillmentStatuses = ['unfulfilled', 'partially_fulfilled', 'fulfilled'] as const;
export type FulfillmentStatus = (typeof fulfillmentStatuses)[number];

/** An order without its lines. Amounts are minor units of `currency`. */
export interface OrderHeader extends OrderAmounts {
  readonly id: OrderId;
  readonly number: number;
  readonly customerId: UserId;
  readonly currency: string;
  /** The price of its lines without cancelled pieces and of its charges, less discounts, with tax; an order that is cancelled as a whole keeps its total. */
  readonly total: number;
  /** Whether tax applies to any line. */
  readonly taxed: boolean;
  /** The taxes of a taxed order; null or absent for others. */
  readonly taxes?: readonly TaxGroup[] | null;
  /** Where its tax is rounded. */
  readonly taxRounding: TaxRounding;
  /** Whether anything is taken off any line. */
  readonly discounted: boolean;
  /** The discounts of a discounted order; null or absent for others. */
  readonly discounts?: readonly OrderDiscount[] | null;
  /** Their sums by tax, of a locked or new order. */
  readonly discountGroups?: readonly DiscountGroup[] | null;
  /** Whether it costs anything beside its goods. */
  readonly charged: boolean;
  /** The charges of a charged order; null or absent for others. */
  readonly charges?: readonly OrderCharge[] | null;
  /** Their sums by tax, of a locked or new order. */
  readonly chargeGroups?: readonly ChargeGroup[] | null;
  readonly status: OrderStatus;
  readonly fulfillmentStatus: FulfillmentStatus;
  readonly reservedUntil: Date | null;
  readonly shippingAddress: Readonly<Record<string, unknown>> | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Order extends OrderHeader {
  readonly lines: readonly OrderLine[];
  /** What refunds by name that succeeded returned, oldest first, without superseded ones; of a locked order that has refunds. */
  readonly refunds?: readonly NamedPieces[];
  /** Of a new order that a tax provider taxed. */
  readonly taxDocument?: TaxDocument;
}

type Amounts = Pick<
  OrderHeader,
  'total' | 'authorizedAmount' | 'capturedAmount' | 'refundedAmount' | 'disputedAmount' | 'chargedBackAmount'
>;

/** Returns the payment status, which follows from the amounts alone. */
export function paymentStatusOf(amounts: Amounts): PaymentStatus {
  const { total, authorizedAmount, capturedAmount, refundedAmount, disputedAmount, chargedBackAmount } = amounts;
  if (disputedAmount > 0) return 'disputed';
  const gone = refundedAmount + chargedBackAmount;
  const isAllGone = gone >= capturedAmount;
  if (chargedBackAmount > 0) return isAllGone ? 'charged_back' : 'partially_charged_back';
  // A returned overpayment is not a refund of the order.
  if (gone > Math.max(0, capturedAmount - total)) return isAllGone ? 'refunded' : 'partially_refunded';
  if (capturedAmount >= total) return 'paid';
  if (capturedAmount > 0) return 'partially_paid';
  return authorizedAmount >= total ? 'authorized' : 'unpaid';
}
