import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersContext, OrdersService } from './orders.service.js';

@Module({
  imports: [CatalogModule],
  providers: [OrdersService, OrdersRepository, OrdersContext],
  exports: [OrdersService],
})
export class OrdersModule {}
