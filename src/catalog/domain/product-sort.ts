import type { Product } from './product.js';

export const productSorts = ['createdAt', '-createdAt', 'price', '-price', 'name', '-name'] as const;
/** The sort order of a list; a leading minus means descending. */
export type ProductSort = (typeof productSorts)[number];
export type SortKey = 'createdAt' | 'price' | 'name';

/** The position of a product in the list: the value of the sort field, and the id for equal values. */
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
