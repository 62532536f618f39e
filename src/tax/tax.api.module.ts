import { Module } from '@nestjs/common';
import { TaxRatesController } from './tax-rates.controller.js';
import { TaxModule } from './tax.module.js';
import { TaxStatusesController } from './tax-statuses.controller.js';

@Module({ imports: [TaxModule], controllers: [TaxRatesController, TaxStatusesController] })
export class TaxApiModule {}
