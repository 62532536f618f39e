import { Module } from '@nestjs/common';
import { OrdersController } from './orders.controller.js';
import { OrdersModule } from './orders.module.js';
import { TimelineController } from './timeline.controller.js';

@Module({ imports: [OrdersModule], controllers: [OrdersController, TimelineController] })
export class OrdersApiModule {}
