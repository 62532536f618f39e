import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HealthModule, HealthService } from '../health/index.js';
import { ComponentChecks, ComponentChecksModule } from './component-checks.js';
import { ComponentChecksJob } from './component-checks.schedule.js';
import { ComponentCheckEntity, IncidentEntity } from './incident.entity.js';
import { IncidentsRepository } from './incidents.repository.js';
import { StatusController } from './status.controller.js';
import { StatusService } from './status.service.js';

const entities = TypeOrmModule.forFeature([ComponentCheckEntity, IncidentEntity]);

/** The status page. */
@Module({
  imports: [entities, HealthModule],
  controllers: [StatusController],
  providers: [IncidentsRepository, StatusService],
})
export class StatusApiModule {}

/** What the status page shows: the worker checks the components. */
@Module({
  imports: [entities, HealthModule, ComponentChecksModule],
  providers: [IncidentsRepository, ComponentChecksJob],
})
export class StatusWorkerModule {
  constructor(checks: ComponentChecks, health: HealthService) {
    const check = async () => ((await health.check()).status === 'error' ? 'down' : 'operational');
    checks.add({ component: 'api', title: 'Service', check });
  }
}
