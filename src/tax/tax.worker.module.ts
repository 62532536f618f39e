import { Module } from '@nestjs/common';
import { TaxModule } from './tax.module.js';
import { VatIdCheckJob } from './vat-id-checks.schedule.js';
import { VatIdChecksRepository } from './vat-id-checks.repository.js';
import { ViesClient } from './vies-client.js';

@Module({ imports: [TaxModule], providers: [VatIdCheckJob, VatIdChecksRepository, ViesClient] })
export class TaxWorkerModule {}
