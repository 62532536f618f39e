import { Module } from '@nestjs/common';
import { EventLogModule } from './event-log.module.js';
import { EventsController } from './events.controller.js';

@Module({ imports: [EventLogModule], controllers: [EventsController] })
export class EventLogApiModule {}
