import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DegradationsModule } from './degradations.js';
import { Draining } from './draining.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { Probes } from './probes.js';

/** `/health`, `/health/live` and `/health/ready`, the same in both processes. */
@Module({
  imports: [TerminusModule, DegradationsModule],
  controllers: [HealthController],
  providers: [HealthService, Probes, Draining],
  exports: [Draining],
})
export class HealthModule {}
