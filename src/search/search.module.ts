import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { OrdersModule } from '../orders/index.js';
import { PaymentsModule } from '../payments/index.js';
import { UsersModule } from '../users/index.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';

/** One search over what several modules have. Downstream of all of them. */
@Module({
  imports: [CatalogModule, OrdersModule, PaymentsModule, UsersModule],
  controllers: [SearchController],
  providers: [SearchService],
})
export class SearchModule {}
