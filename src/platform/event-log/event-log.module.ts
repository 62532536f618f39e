import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogEntity, EventSequenceEntity } from './event-log.entity.js';
import { EventLogRepository } from './event-log.repository.js';

@Module({
  imports: [TypeOrmModule.forFeature([EventLogEntity, EventSequenceEntity])],
  providers: [EventLogRepository],
  exports: [EventLogRepository],
})
export class EventLogModule {}
