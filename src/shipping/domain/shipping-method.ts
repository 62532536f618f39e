import type { ShippingMethodId } from '../../shared/ids.js';

export const shippingStatuses = ['active', 'archived'] as const;
export type ShippingStatus = (typeof shippingStatuses)[number];

/** What rates go by: the price of the goods before discounts, in minor units, their pieces, or their weight in grams. */
export const rateBases = ['subtotal', 'quantity', 'weight'] as const;
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
  /** Grams, of what has a weight; `Number.MAX_SAFE_INTEGER` for more. */
  readonly weight: number;
  /** The sku of a product whose weight is not known; undefined if all have one. */
  readonly unweighed: string | undefined;
}

/** Returns why the method does not ship these goods; undefined if it does. */
export function unavailableBecause(method: ShippingMethod, shipment: Shipment): string | undefined {
  const { currency, country, unweighed } = shipment;
  if (method.status !== 'active') return 'is no longer offered';
  if (method.currency !== currency) return `is for orders in ${method.currency}`;
  const { countries } = method;
  const place = typeof country === 'string' ? country.toUpperCase() : '';
  if (countries.length > 0 && place === '') return 'ships to some countries only, so shippingAddress.country is needed';
  if (countries.length > 0 && !countries.includes(place)) return `does not ship to ${place}`;
  return method.ratedBy === 'weight' && unweighed !== undefined
    ? `goes by weight, but product ${JSON.stringify(unweighed)} has none`
    : undefined;
}

/** Returns what the method costs for these goods, in minor units. Ask `unavailableBecause` first: goods without a weight count as 0 here. */
export function priceOf({ price, freeFrom, ratedBy, rates }: ShippingMethod, shipment: Shipment): number {
  if (freeFrom !== null && shipment.subtotal >= freeFrom) return 0;
  const rate = ratedBy === null ? undefined : rates.findLast(({ from }) => shipment[ratedBy] >= from);
  return rate?.price ?? price;
}
