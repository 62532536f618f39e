export { presentProduct } from './product.presenter.js';
export { readPosition as readProductPosition } from './product-cursor.js';
export { CatalogModule } from './catalog.module.js';
export type { NewProduct, Product, ProductStatus } from './domain/product.js';
export { IsTaxClass, TAX_CLASS } from './dto/product-fields.js';
export { ProductsService } from './products.service.js';
export { type OrderableProduct, type StockQuantity, StockReservations } from './reservations.js';
