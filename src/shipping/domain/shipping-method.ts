import type { ShippingMethodId } from '../../shared/ids.js';

export const shippingStatuses = ['active', 'archived'] as const;
export type ShippingStatus = (typeof shippingStatuses)[number];

/** What rates go by: the price of the goods before discounts, in minor units, or their pieces. */
export const rateBases = ['subtotal', 'quantity'] as const;
export type RateBasis = (typeof rateBases)[number];

/** The price of goods that measure so much at least. */
export interface ShippingRate {
  readonly from: number;
  readonly price: number;
}

/** A way to ship an order. Amounts are minor units of `currency`. */
export interface ShippingMethod {
  readonly id: ShippingMethodId;
  readonly name: string;
  readonly currency: string;
  /** Where no rate applies. */
  readonly price: number;
  /** The price of the goods before discounts from which on it costs nothing; null if there is none. */
  readonly freeFrom: number | null;
  readonly ratedBy: RateBasis | null;
  /** From the smallest on. */
  readonly rates: readonly ShippingRate[];
  /** ISO 3166-1; everywhere if there is none. */
  readonly countries: readonly string[];
  /** The promised window, in days after the order; null if nothing is promised. */
  readonly minDays: number | null;
  readonly maxDays: number | null;
  /** Taxed as products of this class; as the goods if null. */
  readonly taxClass: string | null;
  readonly status: ShippingStatus;
}

/** The goods of an order, and where they go. */
export interface Shipment {
  readonly currency: string;
  /** As the client gives it: ISO 3166-1, in any case. */
  readonly country: unknown;
  /** Minor units, before discounts. */
  readonly subtotal: number;
  readonly quantity: number;
}

/** Returns why the method does not ship these goods; undefined if it does. */
export function unavailableBecause(method: ShippingMethod, { currency, country }: Shipment): string | undefined {
  if (method.status !== 'active') return 'is no longer offered';
  if (method.currency !== currency) return `is for orders in ${method.currency}`;
  const { countries } = method;
  const place = typeof country === 'string' ? country.toUpperCase() : '';
  return countries.length === 0 || countries.includes(place)
    ? undefined
    : `does not ship to ${place || 'this address'}`;
}

/** Returns what the method costs for these goods, in minor units. */
export function priceOf({ price, freeFrom, ratedBy, rates }: ShippingMethod, shipment: Shipment): number {
  if (freeFrom !== null && shipment.subtotal >= freeFrom) return 0;
  const rate = ratedBy === null ? undefined : rates.findLast(({ from }) => shipment[ratedBy] >= from);
  return rate?.price ?? price;
}
