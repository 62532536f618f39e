import { Injectable } from '@nestjs/common';
import { type BatchQuery, insertMany, Transaction, updateMany } from '../platform/database/index.js';
import type { Order, OrderHeader } from './domain/order.js';
import {
  type BookedTax,
  type Booking,
  bookReceived,
  bookReturned,
  type TaxGroup,
  type TaxShare,
} from './domain/tax-groups.js';
import { TaxGroupEntity, TaxLineEntity } from './order-tax.entity.js';

const GROUP = ['country', 'category', 'net', 'tax'];
const FIELDS = [...GROUP.map((name) => `'${name}', g.${name}`), `'rate', g.rate::text`];
const IN_ORDER = 'ORDER BY g.country, g.category, g.rate';
/** The taxes of the order `o`; null, and nothing is read, if it has none. */
export const TAXES = `CASE WHEN o.taxed THEN (
  SELECT json_agg(json_build_object(${FIELDS.join(', ')}, 'bookedGross', g.booked_gross, 'bookedTax', g.booked_tax) ${IN_ORDER})
  FROM tax_groups g WHERE g.order_id = o.id) END AS taxes`;
/** The tax of the line `l`; null, and nothing is read, if no tax applies. */
export const TAX_LINE = `CASE WHEN l.tax_mode IS NOT NULL THEN (
  SELECT json_build_object('category', t.category, 'rate', t.rate::text, 'base', t.base, 'amount', t.amount, 'country', t.country,
    'label', t.label, 'reason', t.reason, 'source', t.source)
  FROM tax_lines t WHERE t.order_id = l.order_id AND t.line_id = l.id) END`;
/** Of orders whose rows are locked, so that they are as the lock found them. */
const OF_LOCKED = {
  sql: `
  SELECT g.order_id AS "orderId", g.country, g.category, g.rate::text AS rate, g.net, g.tax, g.booked_gross AS "bookedGross",
    g.booked_tax AS "bookedTax" FROM tax_groups g WHERE g.order_id = ANY ($1::uuid[]) ${IN_ORDER}`,
  key: 'orderId',
} as const satisfies BatchQuery;
const INSERT_LINES = insertMany(TaxLineEntity);
const INSERT_GROUPS = insertMany(TaxGroupEntity);
const UPDATE_GROUPS = updateMany(TaxGroupEntity);

/** Money that moved for an order, in minor units, with its parts by tax. `rest` is in no group. */
export interface BookedMoney<O extends OrderHeader> {
  readonly order: O;
  readonly booked: readonly BookedTax[];
  readonly rest: number;
}

/** The taxes of orders. Orders without tax cost no statement. */
@Injectable()
export class OrderTaxes {
  constructor(private readonly tx: Transaction) {}

  /** Writes the taxes of a new order, after its lines: the database compares them. */
  insert({ id: orderId, lines, taxes }: Order): void {
    if (!taxes) return;
    this.tx.writeBatch(
      INSERT_LINES,
      lines.flatMap(({ id: lineId, taxLine }) => (taxLine ? [{ ...taxLine, orderId, lineId }] : [])),
    );
    this.tx.writeBatch(
      INSERT_GROUPS,
      taxes.map((group) => ({ ...group, orderId })),
    );
  }

  /** Returns a locked order with its taxes. */
  async complete(header: OrderHeader): Promise<OrderHeader> {
    if (!header.taxed) return header;
    const taxes = await this.tx.queryBatch<TaxGroup & Record<string, unknown>>(OF_LOCKED, [[header.id]]);
    return { ...header, taxes };
  }

  /** Writes the taxes of a locked order, after its lines. */
  save({ id: orderId, taxes }: OrderHeader): void {
    if (!taxes) return;
    this.tx.writeBatch(
      UPDATE_GROUPS,
      taxes.map((group) => ({ ...group, orderId })),
    );
  }

  /** Divides money that arrived for a locked order by its taxes; `save` then writes what is booked. */
  divideReceived<O extends OrderHeader>(order: O, amount: number): BookedMoney<O> {
    return divided(order, bookReceived(order.taxes ?? [], amount));
  }

  /**
   * Divides money that was returned from a locked order, whose amounts are those from before; `save` then writes what is booked. `shares`
   * are those of certain taxes, if it was returned for certain lines.
   */
  divideReturned<O extends OrderHeader>(order: O, amount: number, shares: readonly TaxShare[] = []): BookedMoney<O> {
    const taxes = order.taxes ?? [];
    const inGroups = taxes.reduce((sum, { bookedGross }) => sum + bookedGross, 0);
    const surplus = order.capturedAmount - order.refundedAmount - inGroups;
    return divided(order, bookReturned(taxes, amount, surplus, shares));
  }
}

function divided<O extends OrderHeader>(order: O, { groups, booked, rest }: Booking): BookedMoney<O> {
  return { order: { ...order, taxes: groups }, booked, rest };
}
