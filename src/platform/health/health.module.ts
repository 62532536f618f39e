import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DegradationsModule } from './degradations.js';
import { Draining } from './draining.js';
import { HealthController } from './health.controller.js';
import { HealthMetrics } from './health-metrics.js';
import { HealthService } from './health.service.js';
import { LoopWatch } from './loop-watch.js';
import { Probes } from './probes.js';

/** `/health`, `/health/live` and `/health/ready`, the same in both processes. */
@Module({
  imports: [TerminusModule, DegradationsModule],
  controllers: [HealthController],
  providers: [HealthService, HealthMetrics, LoopWatch, Probes, Draining],
  exports: [Draining, HealthService],
})
export class HealthModule {}
