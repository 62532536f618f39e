import { type AttributeFilter, candidatesOf } from './domain/attribute-filter.js';
import { searchTerms } from './domain/product-search.js';
import type { SortKey } from './domain/product-sort.js';

/** What a product must have to be listed. Prices are minor units. */
export interface ProductFilters {
  readonly q?: string | undefined;
  readonly sku?: string | undefined;
  readonly currency?: string | undefined;
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly attributes?: AttributeFilter | undefined;
}

/** Makes a parameter of a value and answers its place, `$1`. */
export type Parameter = (value: unknown) => string;

/** SQL conditions on `products p`: those that narrow the range of the sort's index (or are one row), and the others. */
export function productConditions(filters: ProductFilters, sort: SortKey, parameter: Parameter) {
  const { q, sku, currency, minPrice, maxPrice, attributes = {} } = filters;
  const onIndex: string[] = [];
  const others: string[] = [];
  const prices = sort === 'price' ? onIndex : others;
  if (sku !== undefined) onIndex.push(`p.sku_key = sku_key(${parameter(sku)})`);
  if (minPrice !== undefined) prices.push(`p.price >= ${parameter(minPrice)}`);
  if (maxPrice !== undefined) prices.push(`p.price <= ${parameter(maxPrice)}`);
  if (currency !== undefined) others.push(`p.currency = ${parameter(currency)}`);
  for (const [name, values] of Object.entries(attributes)) {
    others.push(`p.attributes @> ANY (${parameter(candidatesOf(name, values))}::jsonb[])`);
  }
  if (q !== undefined) others.push(matches(q, parameter));
  return { onIndex, others };
}

function matches(q: string, parameter: Parameter): string {
  const { web, words, sku } = searchTerms(q);
  const [inWords, asPrefix] = [`websearch_to_tsquery('english', ${parameter(web)})`, parameter(words)];
  return `p.search @@ (${inWords} || to_tsquery('simple', ${asPrefix}) || ${parameter(sku)}::tsquery)`;
}
