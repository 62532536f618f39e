import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { SharedGauges } from '../platform/shared-gauges/index.js';

/** By rows of all statuses for each currency that has an order, so that a status without orders is 0. */
const ORDERS = `
  SELECT c.currency, s.status, coalesce(o.orders, 0)::float8 AS orders, coalesce(o.amount, 0)::float8 AS amount
  FROM (SELECT DISTINCT currency FROM orders) c
  CROSS JOIN unnest(ARRAY['pending', 'confirmed', 'completed', 'cancelled', 'expired']) AS s (status)
  LEFT JOIN (SELECT currency, status, count(*) AS orders, sum(total) AS amount FROM orders GROUP BY currency, status) o
    ON (o.currency, o.status) = (c.currency, s.status)`;

type Sum = {
  readonly currency: string;
  readonly status: string;
  readonly orders: number;
  /** Of their totals, in minor units. */
  readonly amount: number;
};

/** Counts orders, and adds up what they are worth. */
@Injectable()
export class OrderMetrics {
  constructor(tx: Transaction, gauges: SharedGauges) {
    const labels = ['status', 'currency'];
    const measured =
      (column: 'orders' | 'amount') => async (set: (labels: Record<string, string>, value: number) => void) => {
        for (const row of await tx.query<Sum>(ORDERS)) set({ status: row.status, currency: row.currency }, row[column]);
      };
    gauges.addSlow('till_orders', 'Orders, by status and currency.', labels, measured('orders'));
    const help = 'Totals of orders in minor units, by status and currency.';
    gauges.addSlow('till_orders_amount_minor_units', help, labels, measured('amount'));
  }
}
