import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProblemsModule } from '../platform/http/index.js';
import { TaxImport } from './tax-import.js';
import { TaxRatesRepository } from './tax-rates.repository.js';
import { TaxRateEntity, TaxZoneEntity } from './tax.entity.js';
import { taxProblems } from './tax.problems.js';
import { TaxService } from './tax.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([TaxZoneEntity, TaxRateEntity]), ProblemsModule.forFeature(taxProblems)],
  providers: [TaxService, TaxRatesRepository, TaxImport],
  exports: [TaxService],
})
export class TaxModule {}
