import { Module } from '@nestjs/common';
import { QueueModule } from '../platform/queue/index.js';
import { TaxModule } from '../tax/index.js';
import { OrdersModule } from './orders.module.js';
import { TAXES, TaxReportsConsumer } from './tax-reports.consumer.js';
import { TaxReportsRepair } from './tax-reports-repair.schedule.js';

/** Reports to a tax provider. Only the worker of an installation with one loads it, so that others make no deliveries for it. */
@Module({
  imports: [QueueModule.of(TAXES), OrdersModule, TaxModule],
  providers: [TaxReportsConsumer, TaxReportsRepair],
})
export class TaxReportsWorkerModule {}
