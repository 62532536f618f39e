import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProblemsModule } from '../platform/http/index.js';
import { ExportChunkEntity, ExportEntity } from './export.entity.js';
import { exportProblems } from './exports.problems.js';
import { ExportsRepository } from './exports.repository.js';

@Module({
  imports: [TypeOrmModule.forFeature([ExportEntity, ExportChunkEntity]), ProblemsModule.forFeature(exportProblems)],
  providers: [ExportsRepository],
  exports: [ExportsRepository],
})
export class ExportsModule {}
