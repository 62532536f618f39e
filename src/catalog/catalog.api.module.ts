import { Module } from '@nestjs/common';
import { CatalogModule } from './catalog.module.js';
import { ProductsController } from './products.controller.js';
import { StockController } from './stock.controller.js';

@Module({ imports: [CatalogModule], controllers: [ProductsController, StockController] })
export class CatalogApiModule {}
