import { isDeepStrictEqual } from 'node:util';
import type { AuditEntry } from '../platform/audit/index.js';
import { encodeId } from '../shared/ids.js';
import type { Product } from './domain/product.js';

const fields = [
  'sku',
  'name',
  'description',
  'price',
  'currency',
  'attributes',
  'taxClass',
  'weight',
  'status',
] as const;
type Kept = Pick<Product, (typeof fields)[number]>;

export function productMade(product: Product): AuditEntry {
  const { sku, price, currency, status } = product;
  return { action: 'product.created', target: targetOf(product), after: { sku, price, currency, status } };
}

/** The fields that differ. `price` is in minor units of `currency`. */
export function productChanged(before: Kept, after: Product): AuditEntry {
  const changed = fields.filter((field) => !isDeepStrictEqual(before[field], after[field]));
  const of = (product: Kept) => Object.fromEntries(changed.map((field) => [field, product[field]]));
  return { action: 'product.changed', target: targetOf(after), before: of(before), after: of(after) };
}

const targetOf = ({ id }: Product) => ({ type: 'product', id: encodeId('prd', id) });
