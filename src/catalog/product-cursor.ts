import { ValidationFailed } from '../shared/errors.js';
import { type Keyset, type KeysetPart, readCursor } from '../platform/http/index.js';
import { type Position, positionOf, type ProductSort, sortKey } from './domain/product-sort.js';
import type { Product } from './domain/product.js';

const parts = { createdAt: 'time', price: 'number', name: 'text' } as const satisfies Record<string, KeysetPart>;

/** A cursor contains its sort order, so that it can't be used with another one. */
export function keysetOf(product: Product, sort: ProductSort): Keyset {
  return [sort, ...positionOf(product, sort)];
}

/** @throws ValidationFailed if the cursor comes from a list with another sort order */
export function readPosition(cursor: string | undefined, sort: ProductSort): Position | undefined {
  const keyset = readCursor(cursor, ['text', parts[sortKey(sort)], 'id']);
  if (!keyset) return undefined;
  const [cursorSort, ...position] = keyset;
  if (cursorSort === sort) return position as unknown as Position;
  const message = `belongs to a list with sort=${cursorSort}; use it with that sort`;
  throw new ValidationFailed([{ pointer: '/cursor', code: 'cursor', message }]);
}
