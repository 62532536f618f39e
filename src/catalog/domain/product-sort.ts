import type { Product } from './product.js';

export const productSorts = ['createdAt', '-createdAt', 'price', '-price', 'name', '-name'] as const;
/** What a list is sorted by; a minus in front means descending. */
export type ProductSort = (typeof productSorts)[number];
export type SortKey = 'createdAt' | 'price' | 'name';

/** Where a product stands in the list: the value it is sorted by, and its id for those that share the value. */
export type Position = readonly [value: string | number, id: string];

export function sortKey(sort: ProductSort): SortKey {
  return sort.replace('-', '') as SortKey;
}

export function isDescending(sort: ProductSort): boolean {
  return sort.startsWith('-');
}

export function positionOf(product: Pick<Product, SortKey | 'id'>, sort: ProductSort): Position {
  const value = product[sortKey(sort)];
  return [value instanceof Date ? value.toISOString() : value, product.id];
}
