import { Injectable } from '@nestjs/common';
import { type BatchQuery, insertMany, type Row, Transaction, updateMany } from '../platform/database/index.js';
import type { DiscountGroup } from './domain/discount-groups.js';
import type { Order, OrderHeader } from './domain/order.js';
import type { OrderDiscount } from './domain/order-discounts.js';
import { DiscountAllocationEntity, DiscountGroupEntity, OrderDiscountEntity } from './order-discount.entity.js';

const NAMES = ['id', 'source', 'code', 'name', 'benefit', 'reason', 'amount'].map((name) => `'${name}', d.${name}`);
const DISCOUNT = `json_build_object(${NAMES.join(', ')}, 'promotionId', d.promotion_id, 'percentage', d.percentage::text, 'actorId', d.actor_id)`;
/** The discounts of the order `o`; null, and nothing is read, if it has none. */
export const DISCOUNTS = `CASE WHEN o.discounted THEN (
  SELECT json_agg(${DISCOUNT} ORDER BY d.position) FROM order_discounts d WHERE d.order_id = o.id) END AS discounts`;
/** Of orders whose rows are locked, so that they are as the lock found them. */
const OF_LOCKED = {
  sql: `
  SELECT g.order_id AS "orderId", g.groups, d.discounts
  FROM (
    SELECT order_id, json_agg(json_build_object('tax', tax, 'discount', discount, 'net', net, 'bookedGross', booked_gross, 'booked', booked)
      ORDER BY tax COLLATE "C") AS groups
    FROM discount_groups WHERE order_id = ANY ($1::uuid[]) GROUP BY order_id) g
  JOIN (
    SELECT d.order_id, json_agg(${DISCOUNT} ORDER BY d.position) AS discounts
    FROM order_discounts d WHERE d.order_id = ANY ($1::uuid[]) GROUP BY d.order_id) d ON d.order_id = g.order_id`,
  key: 'orderId',
} as const satisfies BatchQuery;
const INSERT = insertMany(OrderDiscountEntity);
const INSERT_PARTS = insertMany(DiscountAllocationEntity);
const INSERT_GROUPS = insertMany(DiscountGroupEntity);
const UPDATE_GROUPS = updateMany(DiscountGroupEntity);

type Locked = { readonly groups: readonly DiscountGroup[]; readonly discounts: readonly OrderDiscount[] };

/** The discounts of orders. Orders without a discount cost no statement. */
@Injectable()
export class OrderDiscounts {
  constructor(private readonly tx: Transaction) {}

  /** Writes the discounts of a new order, after its lines and their taxes: the database compares them, and counts the coupons. */
  insert({ id: orderId, customerId, discounts, discountGroups }: Order): void {
    if (!discounts || !discountGroups) return;
    this.tx.writeBatch(
      INSERT,
      discounts.map((discount, index) => ({ ...discount, orderId, customerId, position: index + 1 })),
    );
    this.tx.writeBatch(
      INSERT_PARTS,
      discounts.flatMap(({ id: discountId, parts = [] }) => parts.map((part) => ({ ...part, orderId, discountId }))),
    );
    this.tx.writeBatch(
      INSERT_GROUPS,
      discountGroups.map((group) => ({ ...group, orderId })),
    );
  }

  /** Returns a locked order with its discounts. */
  async complete<O extends OrderHeader>(header: O): Promise<O> {
    if (!header.discounted) return header;
    const [found] = await this.tx.queryBatch<Locked & Row>(OF_LOCKED, [[header.id]]);
    return { ...header, discounts: found!.discounts, discountGroups: found!.groups };
  }

  /** Writes the sums of a locked order, after its lines. */
  save({ id: orderId, discountGroups }: Pick<OrderHeader, 'id' | 'discountGroups'>): void {
    if (!discountGroups) return;
    this.tx.writeBatch(
      UPDATE_GROUPS,
      discountGroups.map((group) => ({ ...group, orderId })),
    );
  }
}
