import { formatMoney } from '../../shared/money.js';
import { type DiscountableLine, isEligible } from './discount.js';
import type { CustomerUse, Promotion } from './promotion.js';

/** The order that a promotion is to apply to. */
export interface DiscountedBasket {
  readonly currency: string;
  readonly lines: readonly DiscountableLine[];
  readonly now: Date;
  /** Public id. */
  readonly customerId: string;
  /** Whether it is the first of its customer; undefined if no promotion asks. */
  readonly isFirst?: boolean | undefined;
  /** ISO 3166-1, of the shipping address. */
  readonly country?: string | undefined;
}

/** Why a promotion does not apply: a stable code, and the reason for the customer. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

type Rule = (promotion: Promotion, basket: DiscountedBasket) => Refusal | undefined;

const refuse = (holds: boolean, code: string, message: string): Refusal | undefined =>
  holds ? undefined : { code, message };

const eligible = (lines: readonly DiscountableLine[], promotion: Promotion) =>
  lines.filter((line) => isEligible(line, promotion));

/** In this order: the first that is broken is told. */
const rules: readonly Rule[] = [
  ({ status }) => refuse(status === 'active', 'unknown_coupon', 'is no coupon of this shop'),
  ({ validFrom }, { now }) => refuse(validFrom <= now, 'not_yet_valid', `is valid from ${validFrom.toISOString()} on`),
  ({ validUntil }, { now }) =>
    refuse(validUntil === null || validUntil > now, 'no_longer_valid', `was valid until ${validUntil?.toISOString()}`),
  ({ currency }, basket) =>
    refuse(currency === null || currency === basket.currency, 'currency', `is for orders in ${currency}`),
  ({ conditions: { customerIds } }, { customerId }) =>
    refuse(customerIds?.includes(customerId) ?? true, 'other_customer', 'is for other customers'),
  ({ conditions: { firstOrder = false } }, { isFirst = false }) =>
    refuse(!firstOrder || isFirst, 'not_first_order', 'is for the first order'),
  ({ conditions: { countries } }, { country = '' }) =>
    refuse(countries?.includes(country) ?? true, 'other_country', `is for orders to ${countries?.join(', ')}`),
  (promotion, { lines }) => refuse(eligible(lines, promotion).length > 0, 'other_products', 'is for other products'),
  ({ benefit }, { lines }) => {
    const isShipped = lines.some(({ isShipping = false }) => isShipping);
    return refuse(benefit !== 'shipping' || isShipped, 'nothing_shipped', 'is for orders with a shipping method');
  },
  (promotion, { lines, currency }) => {
    const { subtotal = 0 } = promotion.conditions;
    const price = eligible(lines, promotion).reduce((sum, line) => sum + line.price, 0);
    const least = formatMoney({ amount: subtotal, currency });
    return refuse(price >= subtotal, 'subtotal_too_low', `is for orders of ${least} or more`);
  },
  (promotion, { lines }) => {
    const { quantity = 0 } = promotion.conditions;
    const pieces = eligible(lines, promotion).reduce((sum, line) => sum + line.quantity, 0);
    return refuse(pieces >= quantity, 'quantity_too_low', `is for orders of ${quantity} pieces or more`);
  },
  ({ usageLimit, used }) =>
    refuse(usageLimit === null || used < usageLimit, 'used_up', 'was used as often as it may be'),
];

/** Returns why the promotion does not apply to an order; undefined if it does. */
export function refusalOf(promotion: Promotion, basket: DiscountedBasket, use: CustomerUse): Refusal | undefined {
  const { customerLimit } = promotion;
  return (
    rules.map((rule) => rule(promotion, basket)).find((refusal) => refusal !== undefined) ??
    refuse(
      customerLimit === null || use.uses < customerLimit,
      'used_by_customer',
      'was used by you as often as it may be',
    )
  );
}

/** Returns why a promotion cannot take this amount (minor units) off; undefined if it can. Nobody gets a part of a discount. */
export function budgetRefusalOf(promotion: Promotion, amount: number, use: CustomerUse): Refusal | undefined {
  const { budget, spent, customerBudget } = promotion;
  return (
    refuse(budget === null || spent + amount <= budget, 'budget_spent', 'has not enough left of its budget') ??
    refuse(
      customerBudget === null || use.amount + amount <= customerBudget,
      'budget_spent_by_customer',
      'has not enough left of what one customer may save with it',
    )
  );
}
