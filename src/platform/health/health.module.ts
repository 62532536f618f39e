import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

/** `/health`, `/health/live` and `/health/ready`, the same in both processes. */
@Module({ imports: [TerminusModule], controllers: [HealthController], providers: [HealthService] })
export class HealthModule {}
