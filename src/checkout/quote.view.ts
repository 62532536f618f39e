import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { OrderChargeView, OrderLineView, OrderView } from '../orders/index.js';

/** What only a placed order has. */
export const NOT_QUOTED = ['id', 'number', 'reservedUntil', 'version', 'createdAt', 'updatedAt'] as const;

/** A line of an order that is not placed. */
export class QuoteLineView extends OmitType(OrderLineView, ['id'] as const) {}

/** A charge of an order that is not placed. */
export class QuoteChargeView extends OmitType(OrderChargeView, ['id'] as const) {}

/** A way to ship the order. */
export class ShippingOptionView {
  @ApiProperty({ example: 'shm_01h455vb4pex5vsknk084sn02q' }) readonly methodId: string;
  @ApiProperty({ example: 'Parcel' }) readonly name: string;
  @ApiProperty({ type: 'integer', description: 'Minor units, before discounts', example: 499 }) readonly price: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'The promised window, in days' })
  readonly minDays: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) readonly maxDays: number | null;
}

/** An order that is not placed: what placing it now would give. */
export class QuoteView extends OmitType(OrderView, [...NOT_QUOTED, 'lines', 'charges'] as const) {
  @ApiProperty({ type: [QuoteLineView] }) readonly lines: readonly QuoteLineView[];
  @ApiPropertyOptional({
    type: [QuoteChargeView],
    description: 'Only where the order costs something beside its goods',
  })
  readonly charges?: readonly QuoteChargeView[];
  @ApiPropertyOptional({ type: [ShippingOptionView], description: 'The ways to ship these goods, the cheapest first' })
  readonly shippingOptions?: readonly ShippingOptionView[];
}
