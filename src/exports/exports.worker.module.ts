import { Module } from '@nestjs/common';
import { QueueModule } from '../platform/queue/index.js';
import { ReportsModule } from '../reports/index.js';
import { ExportRows } from './export-rows.js';
import { ExportRunner } from './export-runner.js';
import { EXPORTS, ExportsConsumer } from './exports.consumer.js';
import { ExportsModule } from './exports.module.js';
import { ExportsRetention } from './exports-retention.schedule.js';

/** Makes files, and deletes old ones. */
@Module({
  imports: [QueueModule.of(EXPORTS), ExportsModule, ReportsModule],
  providers: [ExportRows, ExportRunner, ExportsConsumer, ExportsRetention],
})
export class ExportsWorkerModule {}
