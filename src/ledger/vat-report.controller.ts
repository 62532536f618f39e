import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../platform/access/index.js';
import { Operation } from '../platform/openapi/index.js';
import { PeriodQuery } from './dto/period.query.js';
import { VatReport } from './vat-report.js';
import { VatReportView } from './vat-report.view.js';

@ApiTags('reports')
@ApiBearerAuth()
@RequirePermission('ledger:read')
@Controller('v1/reports/vat')
export class VatReportController {
  constructor(private readonly report: VatReport) {}

  @Get()
  @Operation('readVatReport', 'Read net revenue and tax of a period', {
    description: 'From the ledger, by currency, country, category and rate.',
  })
  @ApiOkResponse({ type: VatReportView })
  async read(@Query() { from, to }: PeriodQuery): Promise<VatReportView> {
    const lines = await this.report.of({ from, to });
    return { from: from?.toISOString() ?? null, to: to?.toISOString() ?? null, lines };
  }
}
