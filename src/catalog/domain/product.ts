import type { ProductId } from '../../shared/ids.js';
import type { Money } from '../../shared/money.js';

export const productStatuses = ['active', 'archived'] as const;
export type ProductStatus = (typeof productStatuses)[number];

/** Free JSON of the shop's own. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A product with its stock as one reads it. `price` is minor units of `currency`. */
export interface Product {
  readonly id: ProductId;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly price: number;
  readonly currency: string;
  readonly attributes: Attributes;
  readonly status: ProductStatus;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly onHand: number;
  readonly reserved: number;
}

/** What it takes to make a product; `stock.onHand` is its opening stock, 0 by default. */
export interface NewProduct {
  readonly sku: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly price: Money;
  readonly attributes?: Attributes | undefined;
  readonly stock?: { readonly onHand: number } | undefined;
}

/** What may change of a product; what is absent stays. */
export interface ProductChange {
  readonly sku?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly price?: Money | undefined;
  readonly attributes?: Attributes | undefined;
  readonly status?: ProductStatus | undefined;
}

/** The parts of a product that change by hand; `price` is minor units of `currency`. */
type Changeable = {
  -readonly [K in 'sku' | 'name' | 'description' | 'price' | 'currency' | 'attributes' | 'status']: Product[K];
};

/** Writes a change into a product, and answers the product. */
export function applyChange<P extends Changeable>(product: P, { price, ...others }: ProductChange): P {
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  return Object.assign(product, Object.fromEntries(given), price && { price: price.amount, currency: price.currency });
}
