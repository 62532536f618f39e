import { ApiProperty } from '@nestjs/swagger';
import { type Attributes, type ProductStatus, productStatuses } from './domain/product.js';
import type { MovementKind } from './domain/stock.js';
import { MoneyDto } from './dto/money.dto.js';

export class StockView {
  @ApiProperty() readonly onHand: number;
  @ApiProperty() readonly reserved: number;
  @ApiProperty({ description: 'onHand - reserved' }) readonly available: number;
}

/** A product as clients see it, for the OpenAPI description. */
export class ProductView {
  @ApiProperty({ example: 'prd_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty() readonly sku: string;
  @ApiProperty() readonly name: string;
  @ApiProperty() readonly description: string;
  @ApiProperty({ type: MoneyDto }) readonly price: MoneyDto;
  @ApiProperty({
    type: MoneyDto,
    nullable: true,
    description:
      'The lowest price of the 30 days before the present reduction (Directive 98/6/EC, Article 6a); null when the price was not reduced',
  })
  readonly lowestPrice30Days: MoneyDto | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly attributes: Attributes;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Which tax rate applies; null for none',
    example: 'standard',
  })
  readonly taxClass: string | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Grams of one piece; null if it is not known',
    example: 340,
  })
  readonly weight: number | null;
  @ApiProperty({ enum: productStatuses }) readonly status: ProductStatus;
  @ApiProperty({ type: StockView }) readonly stock: StockView;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
  @ApiProperty() readonly version: number;
}

/** A row of the stock journal as clients see it. */
export class StockMovementView {
  @ApiProperty({ example: 'stm_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty() readonly productId: string;
  @ApiProperty({ enum: ['reserve', 'release', 'ship', 'return', 'adjust'] }) readonly kind: MovementKind;
  @ApiProperty() readonly onHandDelta: number;
  @ApiProperty() readonly reservedDelta: number;
  @ApiProperty({ type: String, nullable: true }) readonly orderId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
}
