import { Injectable } from '@nestjs/common';
import type { OrderId, RefundId } from '../shared/ids.js';
import { type Row, Transaction } from '../platform/database/index.js';
import type { Order } from './domain/order.js';
import type { RefundedLine } from './domain/refund-lines.js';

/** What a refund that did not fail returned of a line or charge. */
export interface NamedRefund extends RefundedLine {
  readonly refundId: RefundId;
  readonly succeeded: boolean;
  /** Whether it counts for no pieces: the order was paid in full in spite of it, or its pieces had been refunded anew when it succeeded. */
  readonly superseded: boolean;
}

/** Ids begin with their time. */
const OF_ORDER = `
  SELECT f.refund_id AS "refundId", r.status = 'succeeded' AS succeeded, f.line_id AS "lineId", f.of_charge AS "ofCharge",
    f.quantity, f.gross, f.tax, f.cancelled_before AS "cancelledBefore", f.of_shipped AS "ofShipped",
    EXISTS (SELECT FROM superseded_refunds s WHERE s.refund_id = r.id)
      OR EXISTS (SELECT FROM surplus_refunds s WHERE s.refund_id = r.id) AS superseded
  FROM payments p JOIN refunds r ON r.payment_id = p.id JOIN refund_lines f ON f.refund_id = r.id
  WHERE p.order_id = $1 AND (r.status IN ('pending', 'succeeded') OR r.id = $2) ORDER BY f.refund_id`;

/** What refunds returned of lines and charges of an order. Exact while the order is locked. */
@Injectable()
export class OrderRefunds {
  constructor(private readonly tx: Transaction) {}

  /**
   * Returns what refunds of the order that did not fail returned of its lines and charges, oldest first; also what refund `own` names, whatever
   * became of it.
   */
  ofOrder(orderId: OrderId, own: RefundId | null = null): Promise<NamedRefund[]> {
    return this.tx.query<NamedRefund & Row>(OF_ORDER, [orderId, own]);
  }

  /** Returns the order with what refunds that succeeded, and that count, returned of it. Nothing is read of an order without refunds. */
  async complete(order: Order): Promise<Order> {
    if (order.refundedAmount === 0) return order;
    const refunds = await this.ofOrder(order.id);
    return { ...order, refunds: refunds.filter(({ succeeded, superseded }) => succeeded && !superseded) };
  }
}
