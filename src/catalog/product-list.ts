import { columnsOf } from '../platform/database/index.js';
import { productConditions, type ProductFilters } from './product-conditions.js';
import { isDescending, type Position, type ProductSort, sortKey } from './domain/product-sort.js';
import { type ProductStatus, productStatuses } from './domain/product.js';
import { ProductEntity } from './product.entity.js';
import { StockLevelEntity } from './stock.entity.js';

/** The filter, sort order and start of a list of products. */
export interface ProductList extends ProductFilters {
  readonly status?: ProductStatus | undefined;
  readonly sort: ProductSort;
  readonly after?: Position | undefined;
  readonly limit: number;
}

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export const COLUMNS = `${columnsOf(ProductEntity, 'p')}, ${columnsOf(StockLevelEntity, 'l', ['onHand', 'reserved'])}`;
const STOCK = 'JOIN stock_levels l ON l.product_id = p.id';
export const FROM = `FROM products p ${STOCK}`;

/** How many products of the sorted list to test, per wanted product, before the query uses other indexes. */
const WALK = 50;

const columns = {
  createdAt: { column: 'p.created_at', type: 'timestamptz' },
  price: { column: 'p.price', type: 'bigint' },
  name: { column: 'p.name COLLATE people', type: 'text' },
} as const;

/** The statement for a page. It returns one row more than `limit` if another page follows. */
export function productListQuery(list: ProductList): Statement {
  const parameters: unknown[] = [];
  const parameter = (value: unknown) => `$${parameters.push(value)}`;
  const { column, type } = columns[sortKey(list.sort)];
  const [direction, beyond] = isDescending(list.sort) ? ['DESC', '<'] : ['ASC', '>'];
  const order = `ORDER BY ${column} ${direction}, p.id ${direction}`;
  const { onIndex, others } = productConditions(list, sortKey(list.sort), parameter);
  if (list.after) {
    const [value, id] = list.after;
    onIndex.push(`(${column}, p.id) ${beyond} (${parameter(value)}::${type}, ${parameter(id)}::uuid)`);
  }
  const statuses = (list.status ? [list.status] : productStatuses).map((status) => `p.status = ${parameter(status)}`);
  const wanted = `${parameter(list.limit + 1)}::bigint`;
  // A search with typos has few matches, so testing row by row would take long.
  const walk = list.corrected ? 0 : WALK;
  const plan = { statuses, onIndex, others, column, order, wanted, walk };
  return {
    sql: others.length > 0 ? filtered(plan) : `SELECT ${COLUMNS} FROM ${first(wanted, plan)} p ${STOCK} ${order}`,
    parameters,
  };
}

interface Plan {
  /** One condition for each. */
  readonly statuses: readonly string[];
  readonly onIndex: readonly string[];
  readonly others: readonly string[];
  readonly column: string;
  readonly order: string;
  readonly wanted: string;
  readonly walk: number;
}

/** Selects the first products of the sorted list: one index range per status, merged. */
function first(limit: string, { statuses, onIndex, order }: Plan): string {
  const ranges = statuses.map(
    (status) => `(SELECT p.* FROM products p WHERE ${[status, ...onIndex].join(' AND ')} ${order} LIMIT ${limit})`,
  );
  return statuses.length === 1
    ? ranges.join('')
    : `(SELECT p.* FROM (${ranges.join(' UNION ALL ')}) p ${order} LIMIT ${limit})`;
}

/**
 * A filter with many matches is fastest along the sorted list, one with few matches by its own index, and a planner that
 * guesses wrong reads the whole table. So the query walks along the list for a while. If that does not fill the page, there
 * are few matches, and it fetches and sorts all of them.
 */
function filtered(plan: Plan): string {
  const { statuses, onIndex, others, column, order, wanted, walk } = plan;
  const passes = others.join(' AND ');
  const anyStatus = `(${statuses.join(' OR ')})`;
  return `
    WITH walked AS MATERIALIZED (
      SELECT p.id FROM ${first(`${walk} * ${wanted}`, plan)} p WHERE ${passes} ${order} LIMIT ${wanted}
    ), passing AS MATERIALIZED (
      SELECT p.id, ${column} FROM products p WHERE ${[anyStatus, ...onIndex, passes].join(' AND ')}
    )
    SELECT ${COLUMNS} FROM (
      SELECT id FROM walked WHERE (SELECT count(*) FROM walked) = ${wanted}
      UNION ALL
      (SELECT p.id FROM passing p WHERE (SELECT count(*) FROM walked) < ${wanted} ${order} LIMIT ${wanted})
    ) found JOIN products p ON p.id = found.id ${STOCK} ${order}`;
}
