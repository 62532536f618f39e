import { Module } from '@nestjs/common';
import { ActivityReport } from './activity-report.js';
import { CustomersReport } from './customers-report.js';
import { ReportsController } from './reports.controller.js';
import { ReportsModule } from './reports.module.js';
import { ReportsService } from './reports.service.js';
import { Leaderboard } from './top-products/leaderboard.js';
import { TopProducts } from './top-products/top-products.js';
import { UnitsRepository } from './top-products/units.repository.js';

@Module({
  imports: [ReportsModule],
  controllers: [ReportsController],
  providers: [ReportsService, CustomersReport, ActivityReport, TopProducts, Leaderboard, UnitsRepository],
})
export class ReportsApiModule {}
