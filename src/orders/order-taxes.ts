import { Injectable } from '@nestjs/common';
import { type BatchQuery, insertMany, Transaction, updateMany } from '../platform/database/index.js';
import { keyOf, TaxDocuments } from '../tax/index.js';
import { type BookedShares, bookShares, type RevenueShare } from './domain/booked-shares.js';
import type { Order, OrderHeader } from './domain/order.js';
import { due } from './domain/order-money.js';
import {
  type BookedTax,
  type Booking,
  bookReceived,
  bookReturned,
  type TaxGroup,
  type TaxShare,
} from './domain/tax-groups.js';
import { OrderCharges } from './order-charges.js';
import { OrderDiscounts } from './order-discounts.js';
import { TaxGroupEntity, TaxLineEntity } from './order-tax.entity.js';

const GROUP = ['country', 'category', 'net', 'tax'];
const FIELDS = [...GROUP.map((name) => `'${name}', g.${name}`), `'rate', g.rate::text`];
const IN_ORDER = 'ORDER BY g.country, g.category, g.rate';
/** The taxes of the order `o`; null, and nothing is read, if it has none. */
export const TAXES = `CASE WHEN o.taxed THEN (
  SELECT json_agg(json_build_object(${FIELDS.join(', ')}, 'bookedGross', g.booked_gross, 'bookedTax', g.booked_tax) ${IN_ORDER})
  FROM tax_groups g WHERE g.order_id = o.id) END AS taxes`;
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

/** The discount and the charges in money that moved, in minor units. */
interface Shares {
  readonly discount: number;
  readonly charges: number;
}

/** Money that moved for an order, in minor units, with its parts by tax. `rest` is in no group. */
export interface BookedMoney<O extends OrderHeader> {
  readonly order: O;
  readonly booked: readonly (BookedTax & Shares)[];
  readonly rest: number;
  readonly ofRest: Shares;
}

/** The taxes, discounts and charges of orders, as the ledger divides their money. Orders without any cost no statement. */
@Injectable()
export class OrderTaxes {
  constructor(
    private readonly tx: Transaction,
    private readonly discounts: OrderDiscounts,
    private readonly charges: OrderCharges,
    private readonly documents: TaxDocuments,
  ) {}

  /** Writes the charges, taxes and discounts of a new order, after its lines: the database compares them. */
  insert(order: Order): void {
    this.charges.insert(order);
    this.insertTaxes(order);
    this.discounts.insert(order);
    this.charges.insertGroups(order);
  }

  private insertTaxes({ id: orderId, lines, charges, taxes, taxDocument, currency }: Order): void {
    if (!taxes) return;
    if (taxDocument) this.documents.insert({ ...taxDocument, orderId, currency });
    this.tx.writeBatch(
      INSERT_LINES,
      [...lines, ...(charges ?? [])].flatMap(({ id: lineId, taxLine }) =>
        taxLine ? [{ ...taxLine, orderId, lineId }] : [],
      ),
    );
    this.tx.writeBatch(
      INSERT_GROUPS,
      taxes.map((group) => ({ ...group, orderId })),
    );
  }

  /** Returns a locked order with its taxes, discounts and charges. */
  async complete(header: OrderHeader): Promise<OrderHeader> {
    if (!isDivided(header)) return header;
    const [{ discounts, discountGroups }, { charges, chargeGroups }, taxes] = await Promise.all([
      this.discounts.complete(header),
      this.charges.complete(header),
      header.taxed ? this.tx.queryBatch<TaxGroup & Record<string, unknown>>(OF_LOCKED, [[header.id]]) : undefined,
    ]);
    return {
      ...header,
      ...(taxes && { taxes }),
      ...(discounts && { discounts, discountGroups }),
      ...(charges && { charges, chargeGroups }),
    };
  }

  /** Writes the sums of taxes, discounts and charges of a locked order, after its lines. */
  save(order: OrderHeader): void {
    this.saveTaxes(order);
    this.discounts.save(order);
    this.charges.save(order);
  }

  private saveTaxes({ id: orderId, taxes }: OrderHeader): void {
    if (!taxes) return;
    this.tx.writeBatch(
      UPDATE_GROUPS,
      taxes.map((group) => ({ ...group, orderId })),
    );
  }

  /** Divides money that arrived for a locked order by its taxes, with the discounts in it; `save` then writes what is booked. */
  divideReceived<O extends OrderHeader>(order: O, amount: number): BookedMoney<O> {
    return divided(order, bookReceived(order.taxes ?? [], amount, outsideGroups(order)));
  }

  /**
   * Divides money that was returned from a locked order, with the discounts in it, whose amounts are those from before; `save` then writes what is booked. `shares`
   * are those of certain taxes, if it was returned for certain lines.
   */
  divideReturned<O extends OrderHeader>(order: O, amount: number, shares: readonly TaxShare[] = []): BookedMoney<O> {
    // An order that may keep less has groups with less than they cost: nobody knows of which.
    const keepsTotal = due(order) === order.total;
    return divided(order, bookReturned(order.taxes ?? [], { amount, shares, keepsTotal, ...outsideGroups(order) }));
  }
}

/** Whether money of the order has parts in the ledger. */
export const isDivided = ({ taxed, discounted, charged }: OrderHeader): boolean => taxed || discounted || charged;

/** Returns the money of an order that is in no group, and the price of what has no tax. */
function outsideGroups({ total, capturedAmount, refundedAmount, taxes }: OrderHeader) {
  const inGroups = (taxes ?? []).reduce((sum, { bookedGross }) => sum + bookedGross, 0);
  return { surplus: capturedAmount - refundedAmount - inGroups, untaxed: total - grossOf(taxes ?? []) };
}

const grossOf = (groups: readonly TaxGroup[]): number => groups.reduce((sum, { net, tax }) => sum + net + tax, 0);

function divided<O extends OrderHeader>(order: O, { groups, booked, rest }: Booking): BookedMoney<O> {
  const taxedGross = grossOf(groups);
  const share = <S extends RevenueShare>(shares: readonly S[] | null | undefined): BookedShares<S> =>
    bookShares(shares ?? [], (key) => {
      const part = booked.find(({ group }) => keyOf(group) === key);
      return part
        ? { moved: part.net + part.tax, whole: part.group.net + part.group.tax }
        : { moved: rest, whole: order.total - taxedGross };
    });
  const [discounts, charges] = [share(order.discountGroups), share(order.chargeGroups)];
  const sharesOf = (key: string): Shares => ({
    discount: discounts.booked.get(key) ?? 0,
    charges: charges.booked.get(key) ?? 0,
  });
  return {
    order: {
      ...order,
      ...(order.taxed && { taxes: groups }),
      ...(order.discounted && { discountGroups: discounts.groups }),
      ...(order.charged && { chargeGroups: charges.groups }),
    },
    booked: booked.map((part) => ({ ...part, ...sharesOf(keyOf(part.group)) })),
    rest,
    ofRest: sharesOf(''),
  };
}
