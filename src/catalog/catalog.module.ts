import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { ChangeFeedModule } from '../platform/change-feed/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { catalogProblems } from './catalog.problems.js';
import { CatalogChanges } from './catalog-changes.js';
import { PriceChangeEntity } from './price-change.entity.js';
import { ProductEntity } from './product.entity.js';
import { ProductPages } from './product-pages.js';
import { ProductsRepository } from './products.repository.js';
import { ProductsService } from './products.service.js';
import { StockReservations } from './reservations.js';
import { StockLevelEntity, StockMovementEntity, StockSumEntity } from './stock.entity.js';
import { StockProof } from './stock.proof.js';
import { StockRepository } from './stock.repository.js';
import { StockSumsRepository } from './stock-sums.repository.js';
import { StockService } from './stock.service.js';

/** Products and their stock. */
@Module({
  imports: [
    AuditModule,
    ChangeFeedModule,
    TypeOrmModule.forFeature([ProductEntity, PriceChangeEntity, StockLevelEntity, StockMovementEntity, StockSumEntity]),
    ProblemsModule.forFeature(catalogProblems),
  ],
  providers: [
    ProductsService,
    ProductsRepository,
    ProductPages,
    CatalogChanges,
    StockService,
    StockRepository,
    StockReservations,
    StockProof,
    StockSumsRepository,
  ],
  exports: [ProductsService, ProductPages, StockService, StockReservations],
})
export class CatalogModule {}
