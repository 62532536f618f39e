import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { idsNear } from './domain/ids-near.js';
import type { ReportPeriod } from './domain/report-period.js';
import { type units } from './dto/report.query.js';
import type { CustomersReportView, CustomersRowView } from './report.view.js';
import { periodOf, within } from './sales-sql.js';
import { inTimeZone } from './time-zones.js';

type Unit = (typeof units)[number];

/** Ids limit what is read, times say what belongs to the period: an id is made near the time of its row. $4 and $5: such ids. */
const near = (id: string) => `${id} >= $4::uuid AND ${id} < $5::uuid`;

/** Whether an order is a customer's first one is asked of all their orders, by the index of their customer. */
const statement = (unit: Unit): string => `
  WITH placed AS (
    SELECT customer_id, ${periodOf(unit, 'created_at')} AS period, count(*) AS orders
    FROM orders WHERE ${near('id')} AND ${within('created_at')} GROUP BY 1, 2),
  firsts AS (
    SELECT ${periodOf(unit, 'f.created_at')} AS period, count(*) AS customers
    FROM (SELECT DISTINCT customer_id FROM placed) c CROSS JOIN LATERAL (
      SELECT created_at FROM orders o WHERE o.customer_id = c.customer_id ORDER BY id LIMIT 1) f
    WHERE ${within('f.created_at')} GROUP BY 1),
  bought AS (SELECT period, count(*) AS customers, sum(orders) AS orders FROM placed GROUP BY 1),
  registered AS (
    SELECT ${periodOf(unit, 'created_at')} AS period, count(*) AS accounts
    FROM users WHERE ${near('id')} AND 'customer' = ANY (roles) AND ${within('created_at')} GROUP BY 1)
  SELECT period AS key, coalesce(r.accounts, 0)::float8 AS registered, coalesce(b.customers, 0)::float8 AS buying,
    coalesce(f.customers, 0)::float8 AS "firstTime", (coalesce(b.customers, 0) - coalesce(f.customers, 0))::float8 AS returning,
    coalesce(b.orders, 0)::float8 AS orders
  FROM bought b FULL JOIN registered r USING (period) LEFT JOIN firsts f USING (period) ORDER BY 1`;

/** How many customers came and bought. */
@Injectable()
export class CustomersReport {
  constructor(private readonly tx: Transaction) {}

  /** Returns the report of a period; days without anybody are left out. */
  async of(period: ReportPeriod, unit: Unit): Promise<CustomersReportView> {
    const parameters = [period.from, period.to, period.timeZone, ...idsNear(period)];
    const rows = await inTimeZone(() =>
      this.tx.snapshot(() => this.tx.query<CustomersRowView & Record<string, unknown>>(statement(unit), parameters)),
    );
    return { ...period, rows };
  }
}
