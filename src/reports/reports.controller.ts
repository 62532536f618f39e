import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, RequirePermission } from '../platform/access/index.js';
import { AsCsv, WantsCsv } from '../platform/http/index.js';
import { Operation } from '../platform/openapi/index.js';
import { CustomersReportQuery, RankedQuery, SalesReportQuery, TopProductsQuery } from './dto/report.query.js';
import { activityTable, customersTable, salesTable, topProductsTable } from './report-tables.js';
import { ReportsService } from './reports.service.js';
import { ActivityReportView, CustomersReportView, SalesReportView, TopProductsView } from './report.view.js';
import { TopProducts } from './top-products/top-products.js';

const TABLES = 'With `Accept: text/csv` it is a table, whose texts no spreadsheet takes for formulas.';

@ApiTags('reports')
@ApiBearerAuth()
@RequirePermission('reports:read')
@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly reports: ReportsService,
    private readonly topProducts: TopProducts,
  ) {}

  @Get('sales')
  @Operation('readSalesReport', 'Read what was sold in a period', {
    description: `Captured and refunded money of orders, as the ledger has it, on the days on which it moved. By product, money for a whole order is spread over its lines by their prices. ${TABLES}`,
    refuses: ['report_too_large'],
  })
  @AsCsv(SalesReportView, salesTable)
  sales(@Query() query: SalesReportQuery, @CurrentCaller() caller: Caller, @WantsCsv() asTable: boolean) {
    return this.reports.sales(caller, query, asTable);
  }

  @Get('customers')
  @Operation('readCustomersReport', 'Read how many customers came and bought', {
    description: `Days, weeks or months without anybody are left out. ${TABLES}`,
  })
  @AsCsv(CustomersReportView, customersTable)
  customers(@Query() query: CustomersReportQuery, @CurrentCaller() caller: Caller) {
    return this.reports.customers(caller, query);
  }

  @Get('activity')
  @Operation('readActivityReport', 'Read what people did', {
    description: `Sign-ins and changes as the audit log has them, and orders of customers. ${TABLES}`,
    refuses: ['report_too_large'],
  })
  @AsCsv(ActivityReportView, activityTable)
  activity(@Query() query: RankedQuery, @CurrentCaller() caller: Caller, @WantsCsv() asTable: boolean) {
    return this.reports.activity(caller, query, asTable);
  }

  @Get('top-products')
  @Operation('readTopProducts', 'Read which products sell best', {
    description: `Pieces of orders that were confirmed on the last days of UTC; cancelled and returned pieces stay. It may be a few seconds old. ${TABLES}`,
  })
  @AsCsv(TopProductsView, topProductsTable)
  top(@Query() { days, limit }: TopProductsQuery) {
    return this.topProducts.of(days, limit);
  }
}
