import { hash } from 'node:crypto';
import type { UserId } from '../../shared/ids.js';
import { type Destination, destinationOf } from './destination.js';

/** Where goods go, as a tax provider is told. */
export interface TaxDestination extends Destination {
  readonly city: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
}

/** What is taxed: a line of goods, or what an order costs beside them. Amounts are minor units. */
export interface TaxItem {
  readonly kind: 'goods' | 'shipping' | 'fee' | 'duty';
  readonly sku: string | null;
  readonly taxClass: string;
  readonly quantity: number;
  /** The price of all pieces, less the discount. */
  readonly amount: number;
  readonly discount: number;
}

/** What the taxes of an order depend on. */
export interface TaxBasket {
  readonly currency: string;
  readonly customerId: UserId;
  readonly destination: TaxDestination;
  readonly items: readonly TaxItem[];
}

/**
 * Returns the hash of a basket in hexadecimal digits (SHA-256): an estimate holds for the basket with this hash and for no other. The
 * members are listed one by one, so that their sequence is no part of it.
 */
export function basketHash({ currency, customerId, destination: to, items }: TaxBasket): string {
  const place = [to.country, to.region, to.postalCode, to.city, to.line1, to.line2];
  const rows = items.map((item) => [item.kind, item.sku, item.taxClass, item.quantity, item.amount, item.discount]);
  return hash('sha256', JSON.stringify([currency, customerId, place, rows]));
}

/** An address may have texts of any length; a tax provider asks for none longer. */
const LONGEST_TEXT = 200;

const short = (value: string | null): string | null => value?.slice(0, LONGEST_TEXT) ?? null;

/** Reads the destination from a shipping address. @throws ValidationFailed as `destinationOf` does */
export function taxDestinationOf(
  address: Readonly<Record<string, unknown>> | undefined,
  home: string | undefined,
): TaxDestination {
  const text = (name: string) => {
    const value = address?.[name];
    return typeof value === 'string' && value.trim() !== '' ? short(value.trim()) : null;
  };
  const { country, region, postalCode } = destinationOf(address, home);
  return {
    country,
    region: short(region),
    postalCode: short(postalCode),
    city: text('city'),
    line1: text('line1'),
    line2: text('line2'),
  };
}
