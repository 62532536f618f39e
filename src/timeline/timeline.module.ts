import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/index.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineRepository } from './timeline.repository.js';
import { TimelineService } from './timeline.service.js';

/** Everything that happened to an order. Downstream of the modules whose tables it reads. */
@Module({
  imports: [OrdersModule],
  controllers: [TimelineController],
  providers: [TimelineService, TimelineRepository],
})
export class TimelineModule {}
