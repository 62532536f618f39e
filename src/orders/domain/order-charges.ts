import { allocate } from '../../shared/exact.js';
import type { ChargeId, ProductId, ShippingMethodId } from '../../shared/ids.js';
import type { OrderableProduct } from '../../catalog/index.js';
import { priceOf, type ShippingMethod, ShippingUnavailable, unavailableBecause } from '../../shipping/index.js';
import { keyOf, priceFor, type TaxLine, type TaxMode, type TaxTerms } from '../../tax/index.js';
import { type OrderLine, priceAndPieces, type PricedPart } from './order-lines.js';

export const chargeKinds = ['shipping', 'fee', 'duty'] as const;
export type ChargeKind = (typeof chargeKinds)[number];

/** The most charges of a request; each may become one per tax of the goods. */
export const MAX_CHARGES = 10;

/** What an order is to cost beside its goods, in minor units. */
export interface WantedCharge {
  readonly kind: ChargeKind;
  readonly name: string;
  readonly amount: number;
  /** Taxed as products of this class; if absent, as the goods, in proportion to their prices. */
  readonly taxClass?: string | undefined;
  /** The way to ship that it pays for. */
  readonly methodId?: ShippingMethodId | undefined;
}

/** What an order costs beside its goods, with one tax. Amounts are minor units. */
export interface OrderCharge {
  readonly id: ChargeId;
  readonly kind: ChargeKind;
  readonly name: string;
  /** The way to ship that it pays for; null for another charge. */
  readonly methodId: ShippingMethodId | null;
  readonly amount: number;
  /** What discounts take off it. */
  readonly discount: number;
  /** Its tax, and whether the amount includes it; null if no tax applies. */
  readonly tax: number;
  readonly taxMode: TaxMode | null;
  readonly taxLine: TaxLine | null;
}

/** A charge before its tax. */
export interface UntaxedCharge {
  readonly charge: OrderCharge;
  /** Null if no tax applies. */
  readonly taxClass: string | null;
}

/** Goods by whose prices charges are taxed. Prices are minor units. */
export interface CarriedGoods {
  readonly price: number;
  readonly quantity: number;
  readonly taxClass: string | null;
}

/** Goods that a shipping method carries. */
export interface ShippedGoods extends CarriedGoods {
  readonly sku: string;
  /** Of one piece, in grams; null if it is not known. */
  readonly weight: number | null;
}

/** Returns the goods of lines, with what decides about their tax and their shipping. */
export const goodsOf = (
  lines: readonly OrderLine[],
  productOf: (id: ProductId) => Pick<OrderableProduct, 'taxClass' | 'weight'> | undefined,
): ShippedGoods[] =>
  lines.map((line) => {
    const { taxClass = null, weight = null } = productOf(line.productId) ?? {};
    return { ...priceAndPieces(line), sku: line.sku, taxClass, weight };
  });

/** Returns the charge of a way to ship these goods. @throws ShippingUnavailable */
export function shippingCharge(
  method: ShippingMethod,
  goods: readonly ShippedGoods[],
  to: { readonly currency: string; readonly country: unknown },
): WantedCharge {
  const shipment = { ...to, ...measureOf(goods) };
  const reason = unavailableBecause(method, shipment);
  if (reason) throw new ShippingUnavailable(reason);
  const { id: methodId, name, taxClass } = method;
  return { kind: 'shipping', name, amount: priceOf(method, shipment), taxClass: taxClass ?? undefined, methodId };
}

/** Returns what shipping goes by: the price of goods before discounts, in minor units, their pieces, and their weight in grams. */
export const measureOf = (goods: readonly Omit<ShippedGoods, 'taxClass'>[]) => ({
  subtotal: goods.reduce((sum, { price }) => sum + price, 0),
  quantity: goods.reduce((sum, { quantity }) => sum + quantity, 0),
  weight: goods.reduce((sum, { weight, quantity }) => atMostExact(sum + atMostExact((weight ?? 0) * quantity)), 0),
  unweighed: goods.find(({ weight }) => weight === null)?.sku,
});

/** More than this is not exact, and no rate begins beyond it. */
const atMostExact = (sum: number) => Math.min(sum, Number.MAX_SAFE_INTEGER);

/**
 * Returns the charges of a new order. One without a class of its own is split over the taxes of the goods by largest remainder, in
 * proportion to their prices before discounts; `ids` has one for each part.
 */
export function chargesOf(
  wanted: readonly WantedCharge[],
  goods: readonly CarriedGoods[],
  ids: readonly ChargeId[],
  taxes: TaxTerms | undefined,
): UntaxedCharge[] {
  if (wanted.length === 0) return [];
  const shares = sharesOf(goods, taxes);
  const parts = wanted.flatMap(({ taxClass, amount, kind, name, methodId = null }) => {
    const what = { kind, name, methodId };
    if (taxClass !== undefined) return [{ ...what, amount, taxClass: taxes ? taxClass : null }];
    const amounts = allocate(
      amount,
      shares.map(({ weight }) => weight),
    );
    const split = shares.map((share, index) => ({ ...what, amount: amounts[index]!, taxClass: share.taxClass }));
    return amount === 0 ? split.slice(0, 1) : split.filter((part) => part.amount > 0);
  });
  return parts.map(({ taxClass, amount, ...part }, index) => ({
    charge: { ...part, amount: priceFor(taxes, taxClass, amount), ...UNTAXED, id: ids[index]! },
    taxClass,
  }));
}

const UNTAXED = { discount: 0, tax: 0, taxMode: null, taxLine: null } as const;

/** Returns how many charges so many may become. */
export function mostCharges(wanted: number, goods: readonly Pick<CarriedGoods, 'taxClass'>[]): number {
  return wanted * new Set(goods.map(({ taxClass }) => taxClass)).size;
}

/** The classes of the goods, one for each tax, with the price of the goods that have it. Goods that are free weigh the same. */
function sharesOf(goods: readonly CarriedGoods[], taxes: TaxTerms | undefined) {
  const isFree = goods.every(({ price }) => price === 0);
  const byTax = Map.groupBy(goods, ({ taxClass }) => {
    const term = taxClass === null ? undefined : taxes?.byClass.get(taxClass);
    return term ? `${keyOf(term)}:${taxes?.includedRates?.get(taxClass!) ?? ''}` : '';
  });
  return [...byTax].map(([key, members]) => ({
    taxClass: key === '' ? null : members[0]!.taxClass,
    weight: isFree ? members.length : members.reduce((sum, { price }) => sum + price, 0),
  }));
}

/** Returns a charge as a line of one piece. */
export const chargePart = ({ id, amount, discount, tax, taxMode, taxLine }: OrderCharge): PricedPart => ({
  id,
  quantity: 1,
  cancelledQuantity: 0,
  unitPrice: amount,
  discount,
  tax,
  taxMode,
  taxLine,
});

interface Charged {
  readonly charges?: readonly OrderCharge[] | null;
}

/** Returns all parts of an order: its lines, then its charges. */
export const pricedPartsOf = (lines: readonly OrderLine[], { charges }: Charged): readonly PricedPart[] =>
  charges ? [...lines, ...charges.map(chargePart)] : lines;
