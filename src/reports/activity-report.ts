import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import { encodeId, type UserId } from '../shared/ids.js';
import { idsNear } from './domain/ids-near.js';
import type { ReportPeriod } from './domain/report-period.js';
import type { ActivityReportView } from './report.view.js';
import { within } from './sales-sql.js';
import { inTimeZone } from './time-zones.js';

interface Found extends Record<string, unknown> {
  readonly userId: UserId;
  readonly signIns: number;
  readonly orders: number;
  readonly changes: number;
  readonly lastAt: Date;
}

/** $1 to $3 of `within`; $4 and $5: ids of the time; $6: the limit. */
const ACTIVITY = `
  SELECT person AS "userId", sum(sign_ins)::float8 AS "signIns", sum(orders)::float8 AS orders, sum(changes)::float8 AS changes,
    max(at) AS "lastAt"
  FROM (
    SELECT actor_id AS person, count(*) FILTER (WHERE action = 'auth.sign_in') AS sign_ins, 0 AS orders,
      count(*) FILTER (WHERE action <> 'auth.sign_in') AS changes, max(created_at) AS at
    FROM audit_log
    WHERE id >= $4::uuid AND id < $5::uuid AND ${within('created_at')} AND outcome = 'succeeded' AND actor_id IS NOT NULL GROUP BY 1
    UNION ALL
    SELECT customer_id, 0, count(*), 0, max(created_at)
    FROM orders WHERE id >= $4::uuid AND id < $5::uuid AND ${within('created_at')} GROUP BY 1) acts
  GROUP BY 1 ORDER BY sum(sign_ins + orders + changes) DESC, 1 LIMIT $6`;

/** What people did: sign-ins and changes of the audit log, and orders. */
@Injectable()
export class ActivityReport {
  constructor(private readonly tx: Transaction) {}

  /** Returns the report of a period, the busiest people first. */
  async of(period: ReportPeriod, limit: number): Promise<ActivityReportView> {
    const parameters = [period.from, period.to, period.timeZone, ...idsNear(period), limit + 1];
    const found = await inTimeZone(() => this.tx.snapshot(() => this.tx.query<Found>(ACTIVITY, parameters)));
    const rows = found.slice(0, limit).map(({ userId, lastAt, ...counts }) => {
      return { userId: encodeId('usr', userId), ...counts, lastAt: lastAt.toISOString() };
    });
    return { ...period, rows, more: found.length > limit };
  }
}
