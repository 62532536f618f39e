import { DomainError, type Violation } from '../../shared/errors.js';
import type { ChargeId, LineId, OrderId, ProductId, ShippingMethodId, UserId } from '../../shared/ids.js';
import { formatMoney, isAmount, MAX_AMOUNT } from '../../shared/money.js';
import type { OrderableProduct } from '../../catalog/index.js';
import type { Order } from './order.js';
import { type OrderLine, totalOf } from './order-lines.js';
import { type EstimatedTaxes, priceFor, type TaxTerms } from '../../tax/index.js';
import { chargeGroupsOf } from './charge-groups.js';
import { discountGroupsOf } from './discount-groups.js';
import type { ShippingMethod } from '../../shipping/index.js';
import { chargePart, chargesOf, goodsOf, shippingCharge, type WantedCharge } from './order-charges.js';
import type { ManualDiscount } from './manual-discounts.js';
import { discountLines, type DiscountTerms } from './order-discounts.js';
import { classesApart, withEstimate } from './estimated-order.js';
import { isCovered, noMoney } from './order-money.js';
import { quantitiesOf } from './order-products.js';
import { withTaxes } from './priced-order.js';
import { taxGroupsOf } from './tax-groups.js';

export interface WantedLine {
  readonly productId: ProductId;
  readonly quantity: number;
  /** Minor units; if absent, the product's price. */
  readonly unitPrice?: number;
}

/** A request to place an order. */
export interface WantedOrder {
  readonly customerId: UserId;
  readonly currency?: string | undefined;
  readonly lines: readonly WantedLine[];
  readonly shippingAddress?: Readonly<Record<string, unknown>> | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Codes of coupons, as the customer entered them. */
  readonly couponCodes?: readonly string[] | undefined;
  /** What staff take off it. */
  readonly discounts?: readonly ManualDiscount[] | undefined;
  /** The way to ship it. */
  readonly shippingMethod?: ShippingMethodId | undefined;
  /** What the order is to cost beside its goods and its shipping method. */
  readonly charges?: readonly WantedCharge[] | undefined;
  /** The total that the customer saw, in minor units; if absent, any total will do. */
  readonly expectedTotal?: number | undefined;
}

export class InsufficientStock extends DomainError {
  readonly code = 'insufficient_stock';
  readonly kind = 'conflict';
  constructor(violations: readonly Violation[]) {
    super('There is not enough stock for every line, so nothing was reserved; errors names the lines.', {
      violations,
      transient: true,
    });
  }
}

export class ProductUnavailable extends DomainError {
  readonly code = 'product_unavailable';
  readonly kind = 'conflict';
  constructor(violations: readonly Violation[]) {
    super("Some lines name products that can't be ordered; errors says which and why.", {
      violations,
      transient: true,
    });
  }
}

export class OrderTooLarge extends DomainError {
  readonly code = 'amount_too_large';
  readonly kind = 'conflict';
  constructor(total: number) {
    super(`The order comes to ${total} minor units, but an order may have ${MAX_AMOUNT} at most. Split it.`);
  }
}

export class TotalChanged extends DomainError {
  readonly code = 'total_changed';
  readonly kind = 'conflict';
  constructor(expected: number, total: number, currency: string) {
    const [was, is] = [expected, total].map((amount) => formatMoney({ amount, currency }));
    super(
      `The order comes to ${is}, not to ${was}, so nothing was reserved. Show the customer a new quote (POST /v1/quotes).`,
      {
        violations: [
          {
            pointer: '/expectedTotal',
            code: 'total_changed',
            message: `is ${expected}, but the total is ${total} now`,
          },
        ],
        transient: true,
      },
    );
  }
}

/** The values of a new order that its caller provides. */
export interface OrderIdentity {
  readonly id: OrderId;
  readonly number: number;
  /** One per line, in the order of the lines. */
  readonly lineIds: readonly LineId[];
  /** As many as charges may become; absent without any. */
  readonly chargeIds?: readonly ChargeId[];
  readonly now: Date;
  readonly reservedUntil: Date;
}

/** What applies to an order beside prices. */
export interface AppliedTerms {
  /** Undefined if no tax applies, or if a provider estimates it. */
  readonly taxes?: TaxTerms | undefined;
  /** Undefined if no tax applies, or if the table of rates has it. */
  readonly estimated?: EstimatedTaxes | undefined;
  /** Undefined if nothing is taken off. */
  readonly discounts?: DiscountTerms | undefined;
  /** The way to ship that the order names. */
  readonly shipping?: ShippingMethod | undefined;
}

/**
 * Makes the order for `wanted` at the products' present prices, with its charges, and the discounts and taxes that apply.
 * @throws ProductUnavailable, InsufficientStock, ShippingUnavailable, CouponRefused, OrderTooLarge, TotalChanged, TaxesNotEstimated
 */
export function placeOrder(
  wanted: WantedOrder,
  products: readonly OrderableProduct[],
  { id, number, lineIds, chargeIds = [], now, reservedUntil }: OrderIdentity,
  { taxes, estimated, discounts: terms, shipping }: AppliedTerms = {},
): Order {
  const byId = new Map(products.map((product) => [product.id, product]));
  const currency = wanted.currency ?? products[0]?.currency ?? '';
  const lines = wanted.lines.map((line, index) =>
    priceLine(line, index, byId.get(line.productId), { currency, taxes }),
  );
  const refused = lines.filter((line) => 'pointer' in line);
  if (refused.length > 0) throw new ProductUnavailable(refused);
  assertInStock(wanted.lines, byId);

  const plain = (lines as Omit<OrderLine, 'id'>[]).map((line, index) => ({ ...line, id: lineIds[index]! }));
  const classOf = ({ productId }: OrderLine) => byId.get(productId)!.taxClass;
  const country = wanted.shippingAddress?.['country'];
  const goods = goodsOf(plain, (productId) => byId.get(productId));
  const wantedCharges = [
    ...(shipping ? [shippingCharge(shipping, goods, { currency, country })] : []),
    ...(wanted.charges ?? []),
  ];
  const untaxedCharges = chargesOf(wantedCharges, goods, chargeIds, estimated ? classesApart(goods) : taxes);
  assertOrderable(totalOf([...plain, ...untaxedCharges.map(({ charge }) => chargePart(charge))]));
  const {
    lines: untaxed,
    charges: discounted,
    discounts,
  } = terms
    ? discountLines(plain, untaxedCharges, terms, {
        currency,
        now,
        customerId: wanted.customerId,
        country,
      })
    : { lines: plain, charges: untaxedCharges, discounts: [] };
  const external =
    estimated && withEstimate({ lines: untaxed, charges: discounted, classOf }, wanted, currency, estimated);
  const priced = external ?? withTaxes(untaxed, discounted, classOf, taxes);
  const charged = priced.charges.length > 0;
  const parts = charged ? [...priced.lines, ...priced.charges.map(chargePart)] : priced.lines;
  const total = totalOf(parts);
  assertOrderable(total);
  if (wanted.expectedTotal !== undefined && wanted.expectedTotal !== total)
    throw new TotalChanged(wanted.expectedTotal, total, currency);
  const amounts = { total, ...noMoney };
  const confirmed = isCovered(amounts);
  return {
    id,
    number,
    customerId: wanted.customerId,
    currency,
    ...amounts,
    taxed: taxes !== undefined || external !== undefined,
    taxRounding: external ? 'given' : (taxes?.rounding ?? 'rate'),
    ...((taxes ?? external) && { taxes: taxGroupsOf(parts) }),
    ...(external && { taxDocument: external.document }),
    discounted: discounts.length > 0,
    ...(discounts.length > 0 && { discounts, discountGroups: discountGroupsOf(parts) }),
    charged,
    ...(charged && { charges: priced.charges, chargeGroups: chargeGroupsOf(priced.charges) }),
    status: confirmed ? 'confirmed' : 'pending',
    fulfillmentStatus: 'unfulfilled',
    reservedUntil: confirmed ? null : reservedUntil,
    shippingAddress: wanted.shippingAddress ?? null,
    metadata: wanted.metadata ?? {},
    version: 1,
    createdAt: now,
    updatedAt: now,
    lines: priced.lines,
  };
}

/** @throws OrderTooLarge */
function assertOrderable(total: number): void {
  if (!isAmount(total)) throw new OrderTooLarge(total);
}

function priceLine(
  line: WantedLine,
  index: number,
  product: OrderableProduct | undefined,
  { currency, taxes }: { readonly currency: string; readonly taxes: TaxTerms | undefined },
): Omit<OrderLine, 'id'> | Violation {
  const pointer = `/lines/${index}/productId`;
  if (!product?.active) return { pointer, code: 'unknown_product', message: 'names no product that is for sale' };
  if (product.currency !== currency) {
    return { pointer, code: 'currency', message: `is priced in ${product.currency}, but the order is in ${currency}` };
  }
  return {
    productId: product.id,
    sku: product.sku,
    name: product.name,
    quantity: line.quantity,
    unitPrice: priceFor(taxes, product.taxClass, line.unitPrice ?? product.price),
    fulfilledQuantity: 0,
    cancelledQuantity: 0,
    ...untaxedLine,
  };
}

const untaxedLine = { discount: 0, tax: 0, taxMode: null, taxLine: null } as const;

function assertInStock(lines: readonly WantedLine[], byId: ReadonlyMap<ProductId, OrderableProduct>): void {
  const short = quantitiesOf(lines).filter(
    ({ productId, quantity }) => quantity > (byId.get(productId)?.available ?? 0),
  );
  if (short.length === 0) return;
  const missing = new Map(short.map(({ productId }) => [productId, byId.get(productId)?.available ?? 0]));
  throw new InsufficientStock(
    lines.flatMap(({ productId }, index) => {
      const available = missing.get(productId);
      if (available === undefined) return [];
      return [
        {
          pointer: `/lines/${index}/quantity`,
          code: 'insufficient_stock',
          message: `is more than the ${available} available`,
        },
      ];
    }),
  );
}
