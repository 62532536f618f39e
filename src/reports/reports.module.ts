import { Module } from '@nestjs/common';
import { ProblemsModule } from '../platform/http/index.js';
import { ReportsProof } from './reports.proof.js';
import { reportProblems } from './reports.problems.js';
import { SalesReport } from './sales-report.js';

/** What the sales report is, and its rule of the proof. */
@Module({
  imports: [ProblemsModule.forFeature(reportProblems)],
  providers: [SalesReport, ReportsProof],
  exports: [SalesReport],
})
export class ReportsModule {}
