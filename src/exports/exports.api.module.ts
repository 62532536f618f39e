import { Module } from '@nestjs/common';
import { AuditModule } from '../platform/audit/index.js';
import { UsersModule } from '../users/index.js';
import { ExportFiles } from './export-files.js';
import { ExportsController } from './exports.controller.js';
import { ExportsModule } from './exports.module.js';
import { ExportsService } from './exports.service.js';

@Module({
  imports: [ExportsModule, UsersModule, AuditModule],
  controllers: [ExportsController],
  providers: [ExportsService, ExportFiles],
})
export class ExportsApiModule {}
