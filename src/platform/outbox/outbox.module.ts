import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProblemsModule } from '../http/index.js';
import { EventEntity, OutboxEntity } from './event.entity.js';
import { ChangeLog } from './change-log.js';
import { LogGrowth } from './log-growth.js';
import { Outbox } from './outbox.js';
import { outboxProblems } from './outbox.problems.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([EventEntity, OutboxEntity]), ProblemsModule.forFeature(outboxProblems)],
  providers: [Outbox, ChangeLog, LogGrowth],
  exports: [Outbox, ChangeLog, LogGrowth],
})
export class OutboxModule {}
