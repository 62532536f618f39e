import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { OrderTimes } from './order-times.js';
import { Obligations } from './obligations.js';
import { OrdersProof } from './orders.proof.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersService } from './orders.service.js';

@Module({
  imports: [CatalogModule],
  providers: [OrdersService, OrdersRepository, Obligations, OrderTimes, OrdersProof],
  exports: [OrdersService, Obligations],
})
export class OrdersModule {}
