import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventEntity, OutboxEntity } from './event.entity.js';
import { EventLog } from './event-log.js';
import { Outbox } from './outbox.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([EventEntity, OutboxEntity])],
  providers: [Outbox, EventLog],
  exports: [Outbox, EventLog],
})
export class OutboxModule {}
