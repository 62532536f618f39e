import { Module } from '@nestjs/common';
import { TaxRatesController } from './tax-rates.controller.js';
import { TaxModule } from './tax.module.js';

@Module({ imports: [TaxModule], controllers: [TaxRatesController] })
export class TaxApiModule {}
