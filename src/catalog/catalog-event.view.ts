import { ApiProperty } from '@nestjs/swagger';
import type { EventDocs } from '../platform/outbox/index.js';
import { ProductView, StockMovementView, StockView } from './product.view.js';

export class ProductEventData {
  @ApiProperty({ type: ProductView }) readonly product: ProductView;
}

export class StockAdjustedEventData {
  @ApiProperty({ type: StockMovementView }) readonly movement: StockMovementView;
  @ApiProperty({ type: StockView }) readonly stock: StockView;
}

export const catalogEventDocs: EventDocs = {
  'product.created': { about: 'A product was made', data: ProductEventData },
  'product.updated': { about: 'A product changed, but for its stock', data: ProductEventData },
  'stock.adjusted': { about: 'Somebody corrected the stock of a product', data: StockAdjustedEventData },
};
