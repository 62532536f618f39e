import { Injectable } from '@nestjs/common';
import { Transaction } from '../platform/database/index.js';
import type { ReportPeriod } from './domain/report-period.js';
import type { Grouping } from './dto/report.query.js';
import { inTimeZone } from './time-zones.js';
import { salesBy } from './sales-sql.js';
import type { SalesReportView } from './report.view.js';
import { type FoundSales, presentFigures, presentSales } from './sales-report.presenter.js';

/** What a report groups by, and how many rows it may have. */
export interface SalesOptions {
  readonly by: Grouping;
  readonly limit: number;
}

/** Captured and refunded money of orders, as the ledger has it, in one frozen state of the database. */
@Injectable()
export class SalesReport {
  constructor(private readonly tx: Transaction) {}

  /** Returns the report of a period; amounts are minor units. */
  async of(period: ReportPeriod, { by, limit }: SalesOptions): Promise<SalesReportView> {
    const parameters = [period.from, period.to, period.timeZone];
    const [found, all] = await inTimeZone(() =>
      this.tx.snapshot(async () => [
        await this.tx.query<FoundSales>(`${salesBy[by]} LIMIT ${limit + 1}`, parameters),
        await this.tx.query<FoundSales>(salesBy.currency, parameters),
      ]),
    );
    const rows = found!.slice(0, limit).map((row) => presentSales(row, by));
    return { ...period, rows, totals: all!.map(presentFigures), more: found!.length > limit };
  }
}
