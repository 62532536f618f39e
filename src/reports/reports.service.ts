import { Injectable } from '@nestjs/common';
import type { Caller } from '../platform/access/index.js';
import { Clock } from '../shared/clock.js';
import { ConcurrencyLimit } from '../shared/concurrency-limit.js';
import { ActivityReport } from './activity-report.js';
import { CustomersReport } from './customers-report.js';
import { periodAt } from './domain/report-period.js';
import type { CustomersReportQuery, RankedQuery, SalesReportQuery } from './dto/report.query.js';
import { ReportTooLarge } from './reports.errors.js';
import type { ActivityReportView, CustomersReportView, SalesReportView } from './report.view.js';
import { SalesReport } from './sales-report.js';

/** A report reads many rows: few at once in a process, so that orders keep their connections. */
const [AT_ONCE, WAITING] = [2, 6];
/** The most rows of a table that is sent at once. */
const MAX_TABLE = 50_000;

/** The reports of a period. Each is one frozen state of the database. */
@Injectable()
export class ReportsService {
  private readonly turns = new ConcurrencyLimit(AT_ONCE, WAITING);

  constructor(
    private readonly salesReport: SalesReport,
    private readonly customersReport: CustomersReport,
    private readonly activityReport: ActivityReport,
    private readonly clock: Clock,
  ) {}

  /** Returns what was sold. `all`: every row. @throws ValidationFailed, ReportTooLarge, Overloaded while too many are read */
  sales(caller: Caller, query: SalesReportQuery, all: boolean): Promise<SalesReportView> {
    const period = periodAt(this.clock.now(), query);
    const limit = all ? MAX_TABLE : query.limit;
    return this.whole(all, caller, () => this.salesReport.of(period, { by: query.by, limit }));
  }

  /** Returns how many customers came and bought. @throws ValidationFailed, Overloaded */
  customers(caller: Caller, query: CustomersReportQuery): Promise<CustomersReportView> {
    const period = periodAt(this.clock.now(), query);
    return this.turns.run(() => this.customersReport.of(period, query.by), caller.userId);
  }

  /** Returns what people did. `all`: every row. @throws ValidationFailed, ReportTooLarge, Overloaded */
  activity(caller: Caller, query: RankedQuery, all: boolean): Promise<ActivityReportView> {
    const period = periodAt(this.clock.now(), query);
    return this.whole(all, caller, () => this.activityReport.of(period, all ? MAX_TABLE : query.limit));
  }

  private async whole<R extends { readonly more: boolean }>(
    all: boolean,
    { userId }: Caller,
    read: () => Promise<R>,
  ): Promise<R> {
    const report = await this.turns.run(read, userId);
    if (all && report.more) throw new ReportTooLarge(MAX_TABLE);
    return report;
  }
}
