import {
  encodeId,
  type DiscountId,
  type ChargeId,
  type LineId,
  type ProductId,
  type PromotionId,
  type UserId,
} from '../../shared/ids.js';
import {
  type Benefit,
  bestDiscounts,
  budgetRefusalOf,
  CouponRefused,
  couponViolation,
  type CustomerUse,
  type Discount,
  type DiscountedBasket,
  type Promotion,
  promotionSources,
  type Refusal,
  refusalOf,
  sourceOf,
} from '../../promotions/index.js';
import {
  assertOneBenefitEach,
  type ManualDiscount,
  takeManualDiscounts,
  type TakenDiscount,
} from './manual-discounts.js';
import type { UntaxedCharge } from './order-charges.js';
import type { OrderLine } from './order-lines.js';

/** Where a discount comes from: a promotion, with or without a code, or somebody of the staff. */
export const discountSources = [...promotionSources, 'manual'] as const;
export type DiscountSource = (typeof discountSources)[number];

/** The part of a discount that is taken off one line or charge, in minor units. */
export interface DiscountPart {
  readonly lineId: LineId | ChargeId;
  readonly amount: number;
}

/** A discount of an order, with what explains it. The amount is of all pieces, also cancelled ones, in minor units. */
export interface OrderDiscount {
  readonly id: DiscountId;
  readonly source: DiscountSource;
  readonly promotionId: PromotionId | null;
  readonly code: string | null;
  readonly name: string;
  readonly benefit: Benefit;
  /** In decimal digits, of a benefit in percent. */
  readonly percentage: string | null;
  /** Why, and by whom, of a manual discount. */
  readonly reason: string | null;
  readonly actorId: UserId | null;
  readonly amount: number;
  /** Of a new order only. */
  readonly parts?: readonly DiscountPart[];
}

/** What may be taken off an order. */
export interface DiscountTerms {
  /** The codes that the customer entered. */
  readonly codes: readonly string[];
  /** The coupons with these codes, as far as there are some, and the promotions that apply by themselves. */
  readonly promotions: readonly Promotion[];
  /** What the customer took of them already; nothing of those that are missing. */
  readonly uses: ReadonlyMap<PromotionId, CustomerUse>;
  /** The promotions whose attributes each product has; nothing for those that are missing. */
  readonly alike: ReadonlyMap<ProductId, ReadonlySet<PromotionId>>;
  /** What staff take off, after all promotions. */
  readonly manual?: readonly ManualDiscount[] | undefined;
  /** Whether it is the customer's first order; undefined if no promotion asks. */
  readonly isFirst?: boolean | undefined;
  /** An id for each of them. */
  readonly ids: readonly DiscountId[];
}

export interface DiscountedLines {
  readonly lines: readonly OrderLine[];
  readonly charges: readonly UntaxedCharge[];
  readonly discounts: readonly OrderDiscount[];
}

/** What conditions ask of an order beside its lines. */
export interface DiscountedOrder {
  readonly currency: string;
  readonly customerId: UserId;
  readonly country: unknown;
  readonly now: Date;
}

const UNKNOWN = { code: 'unknown_coupon', message: 'is no coupon of this shop' } as const;
const UNUSED: CustomerUse = { uses: 0, amount: 0 };

/**
 * Returns lines and charges with the discounts that are best for the customer, and these discounts; what staff take off comes last.
 * @throws CouponRefused if a code does not apply, ValidationFailed for a manual discount with no benefit or two
 */
export function discountLines(
  lines: readonly OrderLine[],
  charges: readonly UntaxedCharge[],
  terms: DiscountTerms,
  order: DiscountedOrder,
): DiscountedLines {
  const basket = basketOf(lines, charges, terms, order);
  const refuse = (promotion: Promotion) => refusalOf(promotion, basket, useOf(terms, promotion));
  assertApply(terms, refuse);
  const found = affordable(
    basket,
    terms,
    terms.promotions.filter((promotion) => !refuse(promotion)),
  );
  const manual = manualDiscounts(basket, found, terms.manual ?? []);
  const taken = [...found, ...manual];
  const discountOf = (index: number) => sum(taken.map(({ allocations }) => allocations[index] ?? 0));
  const parts = [...lines, ...charges.map(({ charge }) => charge)];
  return {
    lines: lines.map((line, index) => ({ ...line, discount: discountOf(index) })),
    charges: charges.map(({ charge, taxClass }, index) => ({
      charge: { ...charge, discount: discountOf(lines.length + index) },
      taxClass,
    })),
    discounts: taken.map((discount, index) => orderDiscount(terms.ids[index]!, discount, parts)),
  };
}

/** Takes manual discounts off what promotions left of the goods. */
function manualDiscounts(
  { lines }: DiscountedBasket,
  found: readonly Discount[],
  wanted: readonly ManualDiscount[],
): TakenDiscount[] {
  assertOneBenefitEach(wanted);
  const goods = lines.filter(({ isShipping = false }) => !isShipping);
  const left = goods.map(({ price }, index) => price - sum(found.map(({ allocations }) => allocations[index]!)));
  return takeManualDiscounts(left, wanted);
}

/**
 * Returns the best discounts within the budgets: a promotion that has not enough left is left out.
 * @throws CouponRefused if a coupon has not enough left
 */
function affordable(basket: DiscountedBasket, terms: DiscountTerms, candidates: readonly Promotion[]): Discount[] {
  const found = bestDiscounts(basket.lines, candidates);
  const refuse = ({ promotion, amount }: Discount) => budgetRefusalOf(promotion, amount, useOf(terms, promotion));
  const tooMuch = found.filter((discount) => refuse(discount) !== undefined).map(({ promotion }) => promotion);
  if (tooMuch.length === 0) return found;
  assertApply(terms, (promotion) => {
    const discount = found.find((one) => one.promotion === promotion);
    return discount && refuse(discount);
  });
  return affordable(
    basket,
    terms,
    candidates.filter((promotion) => !tooMuch.includes(promotion)),
  );
}

function basketOf(
  lines: readonly OrderLine[],
  charges: readonly UntaxedCharge[],
  { alike, isFirst }: DiscountTerms,
  { currency, customerId, country, now }: DiscountedOrder,
): DiscountedBasket {
  return {
    currency,
    now,
    customerId: encodeId('usr', customerId),
    country: typeof country === 'string' ? country.toUpperCase() : undefined,
    isFirst,
    lines: [
      ...lines.map(({ productId, quantity, unitPrice, sku }) => ({
        price: quantity * unitPrice,
        quantity,
        sku,
        alike: alike.get(productId),
      })),
      // Other charges are here for their place alone.
      ...charges.map(({ charge: { kind, amount } }) => ({
        price: kind === 'shipping' ? amount : 0,
        quantity: 1,
        sku: '',
        isShipping: true,
      })),
    ],
  };
}

const useOf = ({ uses }: DiscountTerms, { id }: Promotion): CustomerUse => uses.get(id) ?? UNUSED;

/** @throws CouponRefused for codes that name no coupon, and for coupons that the rule refuses */
function assertApply(
  { codes, promotions }: DiscountTerms,
  refuse: (promotion: Promotion) => Refusal | undefined,
): void {
  const refused = codes.flatMap((code, index) => {
    const coupon = promotions.find((promotion) => promotion.code === code.toUpperCase());
    const refusal = coupon ? refuse(coupon) : UNKNOWN;
    return refusal ? [couponViolation(index, refusal)] : [];
  });
  if (refused.length > 0) throw new CouponRefused(refused);
}

function orderDiscount(
  id: DiscountId,
  taken: Discount | TakenDiscount,
  lines: readonly { readonly id: LineId | ChargeId }[],
): OrderDiscount {
  const { amount, allocations } = taken;
  const parts = lines.map((line, index) => ({ lineId: line.id, amount: allocations[index] ?? 0 }));
  return {
    id,
    ...('promotion' in taken ? whyOfPromotion(taken) : whyOfStaff(taken)),
    amount,
    parts: parts.filter((part) => part.amount > 0),
  };
}

function whyOfPromotion({ promotion }: Discount) {
  const { id: promotionId, code, name, benefit, percentage } = promotion;
  return { source: sourceOf(promotion), promotionId, code, name, benefit, percentage, reason: null, actorId: null };
}

function whyOfStaff({ discount: { name, percentage, reason, actorId } }: TakenDiscount) {
  const benefit = percentage === undefined ? ('amount' as const) : ('percent' as const);
  const why = { promotionId: null, code: null, name, benefit, percentage: percentage ?? null, reason, actorId };
  return { ...why, source: 'manual' as const };
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
