import { priceOf, type ShippingMethod, unavailableBecause } from '../../shipping/index.js';
import type { Order } from './order.js';
import { measureOf } from './order-charges.js';
import { priceAndPieces } from './order-lines.js';

/** A way to ship an order, and what it costs before discounts, in minor units. */
export interface ShippingOption {
  readonly method: ShippingMethod;
  readonly price: number;
}

/** Returns the methods that ship the goods of an order, the cheapest first. */
export function shippingOptions(order: Order, methods: readonly ShippingMethod[]): ShippingOption[] {
  const { currency, shippingAddress } = order;
  const shipment = { currency, country: shippingAddress?.['country'], ...measureOf(order.lines.map(priceAndPieces)) };
  return methods
    .filter((method) => unavailableBecause(method, shipment) === undefined)
    .map((method) => ({ method, price: priceOf(method, shipment) }))
    .toSorted((a, b) => a.price - b.price || (a.method.id < b.method.id ? -1 : 1));
}
