import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventEntity, OutboxEntity } from './event.entity.js';
import { ChangeLog } from './change-log.js';
import { Outbox } from './outbox.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([EventEntity, OutboxEntity])],
  providers: [Outbox, ChangeLog],
  exports: [Outbox, ChangeLog],
})
export class OutboxModule {}
