import { columnsOf, jsonOf } from '../platform/database/index.js';
import type { Keyset } from '../platform/http/index.js';
import { conditionsOf, type OrderConditions, sourcesOf } from './order-conditions.js';
import { OrderEntity, OrderLineEntity } from './order.entity.js';
import { CHARGES } from './order-charges.js';
import { DISCOUNTS } from './order-discounts.js';
import { TAXES } from './order-taxes.js';
import { TAX_LINE } from './tax-line.js';

/** The filters, direction and start of a list of orders. The statement takes ids for `email` and `sku`: the planner knows how many orders have them. */
export interface OrderList extends OrderConditions {
  readonly isOldestFirst?: boolean | undefined;
  readonly after?: Keyset | undefined;
  readonly limit: number;
}

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export const HEADER = columnsOf(OrderEntity, 'o');
const LINE = jsonOf(OrderLineEntity, 'l', undefined, { taxLine: TAX_LINE });
export const LINES = `(SELECT json_agg(${LINE} ORDER BY l.position) FROM order_lines l WHERE l.order_id = o.id) AS lines`;

/** About 500 kB of JSON: a page with more lines or larger notes is shorter. */
const PAGE_LINES = 2000;
/** Bytes of metadata and address that count as one line, which has about this size. */
const LINE_BYTES = 250;
const SIZE = `(SELECT count(*) FROM order_lines l WHERE l.order_id = o.id)
  + (octet_length(o.metadata::text) + coalesce(octet_length(o.shipping_address::text), 0)) / ${LINE_BYTES}`;

/** Orders by their ids, and by the reservation of a product where one is given: that journal has its index already. */
const ALL = { from: 'orders o', key: 'o.id' } as const;
/** An order reserves a product once, however many lines have it. */
const OF_PRODUCT = { from: 'stock_movements m JOIN orders o ON o.id = m.order_id', key: 'm.id' } as const;

/**
 * The statement for a page. It returns at least one order, and as many as have at most `PAGE_LINES` lines together, counting notes as lines;
 * `found` is how many there are, at most one more than `limit`, and `key` is where an order stands in the list.
 */
export function orderListQuery(list: Omit<OrderList, 'email' | 'sku'>): Statement {
  const parameters: unknown[] = [list.limit + 1];
  const parameter = (value: unknown) => `$${parameters.push(value)}`;
  const { productId } = list;
  const { from, key } = productId === undefined ? ALL : OF_PRODUCT;
  const [direction, beyond] = list.isOldestFirst ? (['ASC', '>'] as const) : (['DESC', '<'] as const);
  const conditions = [
    ...(productId === undefined ? [] : [`m.product_id = ${parameter(productId)} AND m.kind = 'reserve'`]),
    ...conditionsOf(list, parameter, key),
    ...(list.after ? [`${key} ${beyond} ${parameter(list.after[0])}`] : []),
  ];
  const parts = sourcesOf(list).map((source) => {
    const all = [...source, ...conditions];
    const where = all.length > 0 ? `WHERE ${all.join(' AND ')}` : '';
    return `(SELECT o.*, ${key} AS key FROM ${from} ${where} ORDER BY ${key} ${direction} LIMIT $1)`;
  });
  return { sql: page(parts.join(' UNION ALL '), direction), parameters };
}

/** Whether the text of the statement is one of few, so that connections may keep it. */
export function isKept(list: OrderList): boolean {
  return Object.entries(list).every(([name, value]) => value === undefined || KEPT.has(name));
}

const KEPT = new Set(['customerId', 'status', 'after', 'limit']);

function page(orders: string, direction: 'ASC' | 'DESC'): string {
  return `
    SELECT ${HEADER}, ${TAXES}, ${DISCOUNTS}, ${CHARGES}, ${LINES}, o.key, o.found FROM (
      SELECT o.*, count(*) OVER () AS found, row_number() OVER sorted AS place, sum(o.size) OVER sorted AS size_so_far
      FROM (SELECT o.*, ${SIZE} AS size FROM (${orders}) o ORDER BY o.key ${direction} LIMIT $1) o
      WINDOW sorted AS (ORDER BY o.key ${direction} ROWS UNBOUNDED PRECEDING)
    ) o WHERE o.place < $1 AND (o.place = 1 OR o.size_so_far <= ${PAGE_LINES}) ORDER BY o.key ${direction}`;
}
