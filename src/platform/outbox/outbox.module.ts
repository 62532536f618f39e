import { Global, Module } from '@nestjs/common';
import { EventLog } from './event-log.js';
import { Outbox } from './outbox.js';

@Global()
@Module({ providers: [Outbox, EventLog], exports: [Outbox, EventLog] })
export class OutboxModule {}
