import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { DegradationsModule } from '../platform/health/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { TableTaxProvider } from './providers/table.provider.js';
import { TaxProviderHealth } from './providers/tax-provider-health.js';
import { TaxProviders } from './providers/tax-providers.js';
import { TaxDocumentEntity, TaxOperationEntity } from './tax-document.entity.js';
import { TaxDocuments } from './tax-documents.js';
import { TaxEstimates } from './tax-estimates.js';
import { TaxImport } from './tax-import.js';
import { TaxRatesRepository } from './tax-rates.repository.js';
import { TaxReports } from './tax-reports.js';
import { TaxRateEntity, TaxZoneEntity } from './tax.entity.js';
import { taxProblems } from './tax.problems.js';
import { TaxService } from './tax.service.js';
import { TaxStatusEntity } from './tax-status.entity.js';
import { TaxStatusesRepository } from './tax-statuses.repository.js';
import { TaxStatusesService } from './tax-statuses.service.js';
import { VatIdCheckEntity } from './vat-id-check.entity.js';

@Module({
  imports: [
    AuditModule,
    TypeOrmModule.forFeature([
      TaxZoneEntity,
      TaxRateEntity,
      TaxDocumentEntity,
      TaxOperationEntity,
      TaxStatusEntity,
      VatIdCheckEntity,
    ]),
    ProblemsModule.forFeature(taxProblems),
    DegradationsModule,
  ],
  providers: [
    TaxService,
    TaxRatesRepository,
    TaxImport,
    TableTaxProvider,
    TaxProviders,
    TaxProviderHealth,
    TaxEstimates,
    TaxDocuments,
    TaxReports,
    TaxStatusesService,
    TaxStatusesRepository,
  ],
  exports: [TaxService, TaxStatusesService, TaxEstimates, TaxDocuments, TaxReports],
})
export class TaxModule {}
