import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Draining } from './draining.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

/** `/health`, `/health/live` and `/health/ready`, the same in both processes. */
@Module({
  imports: [TerminusModule],
  controllers: [HealthController],
  providers: [HealthService, Draining],
  exports: [Draining],
})
export class HealthModule {}
