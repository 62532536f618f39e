import { type AttributeFilter, candidatesOf } from './domain/attribute-filter.js';
import { correctedTerms, searchTerms } from './domain/product-search.js';
import type { SortKey } from './domain/product-sort.js';

/** The filters of a list of products. Prices are minor units. */
export interface ProductFilters {
  /** Folded by the database (`search_fold`). */
  readonly q?: string | undefined;
  /** Also match the words of `q` with one typo; for a search without a match. */
  readonly corrected?: boolean | undefined;
  readonly sku?: string | undefined;
  readonly currency?: string | undefined;
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly attributes?: AttributeFilter | undefined;
}

/** Adds a value to the parameters and returns its placeholder, such as `$1`. */
export type Parameter = (value: unknown) => string;

/** Returns SQL conditions on `products p`: those that narrow the range of the sort's index (or match one row), and the others. */
export function productConditions(filters: ProductFilters, sort: SortKey, parameter: Parameter) {
  const { q, corrected, sku, currency, minPrice, maxPrice, attributes = {} } = filters;
  const onIndex: string[] = [];
  const others: string[] = [];
  const prices = sort === 'price' ? onIndex : others;
  if (sku !== undefined) onIndex.push(`p.sku_key = sku_key(${parameter(sku)})`);
  if (minPrice !== undefined) prices.push(`p.price >= ${parameter(minPrice)}`);
  if (maxPrice !== undefined) prices.push(`p.price <= ${parameter(maxPrice)}`);
  if (currency !== undefined) prices.push(`p.currency = ${parameter(currency)}`);
  for (const [name, values] of Object.entries(attributes)) {
    others.push(`p.attributes @> ANY (${parameter(candidatesOf(name, values))}::jsonb[])`);
  }
  if (q !== undefined) others.push(corrected ? matchesNearly(q, parameter) : matches(q, parameter));
  return { onIndex, others };
}

/** How many typo matches to consider, newest first: a word with more of them says little. */
const MOST_NEAR = 1000;

function matchesNearly(q: string, parameter: Parameter): string {
  const near = `n.search @@ to_tsquery('english', ${parameter(correctedTerms(q) ?? '')})`;
  // A separate query, so that only the index of words can serve it.
  const found = `SELECT n.id FROM products n WHERE ${near} OFFSET 0`;
  return `p.id = ANY (ARRAY(SELECT f.id FROM (${found}) f ORDER BY f.id DESC LIMIT ${MOST_NEAR}))`;
}

function matches(q: string, parameter: Parameter): string {
  const { web, words, sku } = searchTerms(q);
  const [inWords, asPrefix] = [`websearch_to_tsquery('english', ${parameter(web)})`, parameter(words)];
  return `p.search @@ (${inWords} || to_tsquery('simple', ${asPrefix}) || ${parameter(sku)}::tsquery)`;
}
