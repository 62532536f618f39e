import { Injectable } from '@nestjs/common';
import { type BatchQuery, insertMany, jsonOf, type Row, Transaction, updateMany } from '../platform/database/index.js';
import type { ChargeGroup } from './domain/charge-groups.js';
import type { Order, OrderHeader } from './domain/order.js';
import type { OrderCharge } from './domain/order-charges.js';
import { ChargeGroupEntity, OrderChargeEntity } from './order-charge.entity.js';
import { TAX_LINE } from './tax-line.js';

/** A charge; its table is called `l`, as that of lines, whose taxes it shares. */
const CHARGE = jsonOf(
  OrderChargeEntity,
  'l',
  ['id', 'kind', 'name', 'methodId', 'amount', 'discount', 'tax', 'taxMode'],
  {
    taxLine: TAX_LINE,
  },
);
/** The charges of the order `o`; null, and nothing is read, if it has none. */
export const CHARGES = `CASE WHEN o.charged THEN (
  SELECT json_agg(${CHARGE} ORDER BY l.position) FROM order_charges l WHERE l.order_id = o.id) END AS charges`;
/** Of orders whose rows are locked, so that they are as the lock found them. */
const OF_LOCKED = {
  sql: `
  SELECT g.order_id AS "orderId", g.groups, c.charges
  FROM (
    SELECT order_id, json_agg(json_build_object('tax', tax, 'net', net, 'bookedGross', booked_gross, 'booked', booked)
      ORDER BY tax COLLATE "C") AS groups
    FROM charge_groups WHERE order_id = ANY ($1::uuid[]) GROUP BY order_id) g
  JOIN (
    SELECT l.order_id, json_agg(${CHARGE} ORDER BY l.position) AS charges
    FROM order_charges l WHERE l.order_id = ANY ($1::uuid[]) GROUP BY l.order_id) c ON c.order_id = g.order_id`,
  key: 'orderId',
} as const satisfies BatchQuery;
const INSERT = insertMany(OrderChargeEntity);
const INSERT_GROUPS = insertMany(ChargeGroupEntity);
const UPDATE_GROUPS = updateMany(ChargeGroupEntity);

type Locked = { readonly groups: readonly ChargeGroup[]; readonly charges: readonly OrderCharge[] };

/** The charges of orders. Orders without a charge cost no statement. */
@Injectable()
export class OrderCharges {
  constructor(private readonly tx: Transaction) {}

  /** Writes the charges of a new order, after its lines. */
  insert({ id: orderId, charges }: Order): void {
    if (!charges) return;
    this.tx.writeBatch(
      INSERT,
      charges.map((charge, index) => ({ ...charge, orderId, position: index + 1 })),
    );
  }

  /** Writes their sums, after the taxes: the database compares them. */
  insertGroups({ id: orderId, chargeGroups }: Order): void {
    if (!chargeGroups) return;
    this.tx.writeBatch(
      INSERT_GROUPS,
      chargeGroups.map((group) => ({ ...group, orderId })),
    );
  }

  /** Returns a locked order with its charges. */
  async complete<O extends OrderHeader>(header: O): Promise<O> {
    if (!header.charged) return header;
    const [found] = await this.tx.queryBatch<Locked & Row>(OF_LOCKED, [[header.id]]);
    return { ...header, charges: found!.charges, chargeGroups: found!.groups };
  }

  /** Writes what is booked of a locked order. */
  save({ id: orderId, chargeGroups }: Pick<OrderHeader, 'id' | 'chargeGroups'>): void {
    if (!chargeGroups) return;
    this.tx.writeBatch(
      UPDATE_GROUPS,
      chargeGroups.map((group) => ({ ...group, orderId })),
    );
  }
}
