import { Module } from '@nestjs/common';
import { OrderReplays } from './order.replays.js';
import { OrdersController } from './orders.controller.js';
import { OrdersModule } from './orders.module.js';

@Module({ imports: [OrdersModule], controllers: [OrdersController], providers: [OrderReplays] })
export class OrdersApiModule {}
