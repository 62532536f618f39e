import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../platform/access/index.js';
import { Lists, readCursor } from '../platform/http/index.js';
import { Operation } from '../platform/openapi/index.js';
import { ListTaxRatesQuery } from './dto/list-tax-rates.query.js';
import { presentTaxRate } from './tax-rate.presenter.js';
import { TaxRateView } from './tax-rate.view.js';
import { TaxService } from './tax.service.js';

@ApiTags('tax')
@ApiBearerAuth()
@RequirePermission('tax:read')
@Controller('v1/tax-rates')
export class TaxRatesController {
  constructor(private readonly taxes: TaxService) {}

  @Get()
  @Operation('listTaxRates', 'List tax rates', { description: '`till tax import` changes them.' })
  @Lists(TaxRateView, presentTaxRate)
  list(@Query() { cursor, ...filter }: ListTaxRatesQuery) {
    return this.taxes.list({ ...filter, before: readCursor(cursor, ['id'])?.[0] as string | undefined });
  }
}
