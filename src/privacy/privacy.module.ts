import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { AuditModule } from '../platform/audit/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { UsersModule } from '../users/index.js';
import { ErasureRepository } from './erasure.repository.js';
import { ErasureService } from './erasure.service.js';
import { ExportRepository } from './export.repository.js';
import { ExportService } from './export.service.js';
import { privacyProblems } from './privacy.problems.js';

/** What people may ask about their data: all of it, and its erasure. Downstream of the modules whose tables it reads. */
@Module({
  imports: [UsersModule, AuthModule, AuditModule, ProblemsModule.forFeature(privacyProblems)],
  providers: [ErasureService, ErasureRepository, ExportService, ExportRepository],
  exports: [ErasureService, ExportService],
})
export class PrivacyModule {}
