import type { ProductId } from '../../shared/ids.js';
import type { Money } from '../../shared/money.js';

export const productStatuses = ['active', 'archived'] as const;
export type ProductStatus = (typeof productStatuses)[number];

/** The most that one piece may weigh, in grams. */
export const MAX_WEIGHT = 1_000_000_000;

/** Free JSON, defined by the shop. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A product with its stock. `price` is minor units of `currency`. */
export interface Product {
  readonly id: ProductId;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly price: number;
  readonly currency: string;
  /** The lowest price of the 30 days before the present reduction, in minor units; null if the price was not reduced. */
  readonly lowestPrice: number | null;
  readonly attributes: Attributes;
  readonly taxClass: string | null;
  /** Of one piece, in grams; null if it is not known. */
  readonly weight: number | null;
  readonly status: ProductStatus;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly onHand: number;
  readonly reserved: number;
}

/** The values of a new product; `stock.onHand` is its opening stock, 0 by default. */
export interface NewProduct {
  /** That of an example; a new one when absent. Clients can't choose it. */
  readonly id?: ProductId | undefined;
  readonly sku: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly price: Money;
  readonly attributes?: Attributes | undefined;
  readonly taxClass?: string | undefined;
  /** Of one piece, in grams. */
  readonly weight?: number | undefined;
  readonly stock?: { readonly onHand: number } | undefined;
}

/** The fields of a product that may change; absent ones stay unchanged. */
export interface ProductChange {
  readonly sku?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly price?: Money | undefined;
  readonly attributes?: Attributes | undefined;
  /** Null removes it. */
  readonly taxClass?: string | null | undefined;
  /** Of one piece, in grams; null removes it. */
  readonly weight?: number | null | undefined;
  readonly status?: ProductStatus | undefined;
}

/** The fields of a product that people change; `price` is minor units of `currency`. */
type Changeable = Pick<
  Product,
  'sku' | 'name' | 'description' | 'price' | 'currency' | 'attributes' | 'taxClass' | 'weight' | 'status'
>;

/** The product after a change. */
export function applyChange<P extends Changeable>(product: P, { price, ...others }: ProductChange): P {
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const priced = price && { price: price.amount, currency: price.currency };
  return { ...product, ...Object.fromEntries(given), ...priced };
}
