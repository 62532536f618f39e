import { Injectable } from '@nestjs/common';
import { newId, type OrderId, type RefundId } from '../../shared/ids.js';
import { type Row, Transaction } from '../../platform/database/index.js';
import { type NamedRefund, OrderRefunds, type RefundedLine, type TaxShare } from '../../orders/index.js';
import { RefundLineEntity } from './refund-line.entity.js';

const BY_TAX = `
  SELECT t.country, t.category, t.rate::text AS rate, sum(f.gross)::bigint AS gross
  FROM refund_lines f JOIN tax_lines t ON t.order_id = $1 AND t.line_id = f.line_id
  WHERE f.refund_id = $2 GROUP BY t.country, t.category, t.rate`;

const STANDING = `
  SELECT EXISTS (SELECT FROM superseded_refunds s WHERE s.refund_id = r.id) AS "isSuperseded", r.obligation_id IS NOT NULL AS "isOwed",
    EXISTS (SELECT FROM surplus_refunds s WHERE s.refund_id = r.id)
      OR (r.status IN ('failed', 'cancelled') AND refund_exceeds_sold(r.id)) AS "isSurplus"
  FROM refunds r WHERE r.id = $1`;

/**
 * Whether the order of a refund was paid in full in spite of it, and whether Till made it, to return what the order owed. `isSurplus`: the pieces
 * that it names were refunded anew after it had failed.
 */
export interface RefundStanding {
  readonly isSuperseded: boolean;
  readonly isOwed: boolean;
  readonly isSurplus: boolean;
}

/** Refunds of pieces of lines and of charges. Exact while the order is locked. */
@Injectable()
export class RefundLinesRepository {
  constructor(
    private readonly tx: Transaction,
    private readonly refunds: OrderRefunds,
  ) {}

  /**
   * Returns what refunds of the order that did not fail returned of its lines and charges, oldest first; also what refund `own` names, whatever
   * became of it.
   */
  ofOrder(orderId: OrderId, own?: RefundId): Promise<NamedRefund[]> {
    return this.refunds.ofOrder(orderId, own);
  }

  /** Returns what a refund was made for; nothing for a refund of an amount. */
  of(refundId: RefundId): Promise<RefundedLine[]> {
    return this.tx.repository(RefundLineEntity).findBy({ refundId });
  }

  /** Returns those of `ofOrder` that are not superseded: their pieces can't be refunded again. */
  async counting(orderId: OrderId): Promise<NamedRefund[]> {
    return (await this.ofOrder(orderId)).filter(({ superseded }) => !superseded);
  }

  /** Returns how a refund stands, of pieces or of an amount. */
  async standing(refundId: RefundId): Promise<RefundStanding> {
    return (await this.tx.query<RefundStanding & Row>(STANDING, [refundId]))[0]!;
  }

  /** Returns what a refund returns of each tax of the order; nothing for a refund of an amount. */
  byTax(orderId: OrderId, refundId: RefundId): Promise<TaxShare[]> {
    return this.tx.query<TaxShare & Row>(BY_TAX, [orderId, refundId]);
  }

  /** Writes the lines and charges of a new refund, after the refund itself. */
  async insert(refundId: RefundId, lines: readonly RefundedLine[]): Promise<void> {
    await this.tx.repository(RefundLineEntity).insert(lines.map((line) => ({ ...line, refundId, id: newId<'rfl'>() })));
  }
}
