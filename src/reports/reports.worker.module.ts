import { Module } from '@nestjs/common';
import { ReportsModule } from './reports.module.js';
import { Leaderboard } from './top-products/leaderboard.js';
import { TopProductsFeed } from './top-products/top-products-feed.js';
import { TopProductsSchedule } from './top-products/top-products.schedule.js';
import { UnitsRepository } from './top-products/units.repository.js';

/** Counts for the leaderboard of products. */
@Module({
  imports: [ReportsModule],
  providers: [Leaderboard, UnitsRepository, TopProductsFeed, TopProductsSchedule],
})
export class ReportsWorkerModule {}
