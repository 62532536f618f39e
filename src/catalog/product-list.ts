import { type AttributeFilter, candidatesOf } from './domain/attribute-filter.js';
import { searchTerms } from './domain/product-search.js';
import { isDescending, type Position, type ProductSort, sortKey } from './domain/product-sort.js';
import type { ProductStatus } from './domain/product.js';

/** Which products, in which order, after which one. Prices are minor units. */
export interface ProductList {
  readonly q?: string | undefined;
  readonly sku?: string | undefined;
  readonly status?: ProductStatus | undefined;
  readonly currency?: string | undefined;
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly attributes?: AttributeFilter | undefined;
  readonly sort: ProductSort;
  readonly after?: Position | undefined;
  readonly limit: number;
}

export const COLUMNS = `p.id, p.sku, p.name, p.description, p.price, p.currency, p.attributes, p.status, p.version,
  p.created_at AS "createdAt", p.updated_at AS "updatedAt", l.on_hand AS "onHand", l.reserved`;
export const FROM = 'FROM products p JOIN stock_levels l ON l.product_id = p.id';

const columns = {
  createdAt: { column: 'p.created_at', type: 'timestamptz' },
  price: { column: 'p.price', type: 'bigint' },
  name: { column: 'p.name', type: 'text' },
} as const;

/** The one statement of a page: one row more than `limit`, which tells whether another page follows. */
export function productListQuery(list: ProductList): { readonly sql: string; readonly parameters: readonly unknown[] } {
  const parameters: unknown[] = [];
  const parameter = (value: unknown) => `$${parameters.push(value)}`;
  const { column, type } = columns[sortKey(list.sort)];
  const [direction, beyond] = isDescending(list.sort) ? ['DESC', '<'] : ['ASC', '>'];
  const where = conditions(list, parameter);
  if (list.after) {
    const [value, id] = list.after;
    where.push(`(${column}, p.id) ${beyond} (${parameter(value)}::${type}, ${parameter(id)}::uuid)`);
  }
  const sql = `SELECT ${COLUMNS} ${FROM} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
    ORDER BY ${column} ${direction}, p.id ${direction} LIMIT ${parameter(list.limit + 1)}`;
  return { sql, parameters };
}

function conditions(list: ProductList, parameter: (value: unknown) => string): string[] {
  const { q, sku, status, currency, minPrice, maxPrice, attributes = {} } = list;
  const where: string[] = [];
  if (status !== undefined) where.push(`p.status = ${parameter(status)}`);
  if (sku !== undefined) where.push(`p.sku = ${parameter(sku)}`);
  if (currency !== undefined) where.push(`p.currency = ${parameter(currency)}`);
  if (minPrice !== undefined) where.push(`p.price >= ${parameter(minPrice)}`);
  if (maxPrice !== undefined) where.push(`p.price <= ${parameter(maxPrice)}`);
  for (const [name, values] of Object.entries(attributes)) {
    where.push(`p.attributes @> ANY (${parameter(candidatesOf(name, values))}::jsonb[])`);
  }
  if (q !== undefined) where.push(matches(q, parameter));
  return where;
}

function matches(q: string, parameter: (value: unknown) => string): string {
  const { web, words, sku } = searchTerms(q);
  const [inWords, asPrefix] = [`websearch_to_tsquery('english', ${parameter(web)})`, parameter(words)];
  return `p.search @@ (${inWords} || to_tsquery('simple', ${asPrefix}) || ${parameter(sku)}::tsquery)`;
}
