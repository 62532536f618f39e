import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventEntity, OutboxEntity } from './event.entity.js';
import { ChangeLog } from './change-log.js';
import { LogGrowth } from './log-growth.js';
import { Outbox } from './outbox.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([EventEntity, OutboxEntity])],
  providers: [Outbox, ChangeLog, LogGrowth],
  exports: [Outbox, ChangeLog, LogGrowth],
})
export class OutboxModule {}
