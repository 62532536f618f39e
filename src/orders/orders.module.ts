import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { OrderTimes } from './order-times.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';
import { TimelineService } from './timeline.service.js';

@Module({
  imports: [CatalogModule],
  providers: [OrdersService, TimelineService, OrdersRepository, OrderTimes],
  exports: [OrdersService, TimelineService],
})
export class OrdersModule {}
