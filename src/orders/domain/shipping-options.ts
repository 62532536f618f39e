import type { ProductId } from '../../shared/ids.js';
import type { OrderableProduct } from '../../catalog/index.js';
import { priceOf, type ShippingMethod, unavailableBecause } from '../../shipping/index.js';
import type { TaxTerms } from '../../tax/index.js';
import type { Order } from './order.js';
import { chargesOf, goodsOf, measureOf, shippingCharge } from './order-charges.js';

/** A way to ship an order, and what it costs this buyer before discounts, in minor units. */
export interface ShippingOption {
  readonly method: ShippingMethod;
  readonly price: number;
}

/** What decides about the price and the tax of a way to ship. */
export interface OptionTerms {
  readonly productOf: (id: ProductId) => OrderableProduct | undefined;
  /** The terms of the goods and the methods; undefined if no tax applies, or if a provider estimates it. */
  readonly taxes: TaxTerms | undefined;
}

/** Returns the methods that ship the goods of an order, the cheapest first, at the prices that it would have with them. */
export function shippingOptions(
  order: Order,
  methods: readonly ShippingMethod[],
  { productOf, taxes }: OptionTerms,
): ShippingOption[] {
  const to = { currency: order.currency, country: order.shippingAddress?.['country'] };
  const goods = goodsOf(order.lines, productOf);
  const shipment = { ...to, ...measureOf(goods) };
  const priceWith = (method: ShippingMethod): number => {
    if (!taxes?.includedRates) return priceOf(method, shipment);
    const parts = chargesOf([shippingCharge(method, goods, to)], goods, [], taxes);
    return parts.reduce((sum, { charge }) => sum + charge.amount, 0);
  };
  return methods
    .filter((method) => unavailableBecause(method, shipment) === undefined)
    .map((method) => ({ method, price: priceWith(method) }))
    .toSorted((a, b) => a.price - b.price || (a.method.id < b.method.id ? -1 : 1));
}
