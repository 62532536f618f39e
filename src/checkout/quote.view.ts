import { ApiProperty, OmitType } from '@nestjs/swagger';
import { OrderLineView, OrderView } from '../orders/index.js';

/** What only a placed order has. */
export const NOT_QUOTED = ['id', 'number', 'reservedUntil', 'version', 'createdAt', 'updatedAt'] as const;

/** A line of an order that is not placed. */
export class QuoteLineView extends OmitType(OrderLineView, ['id'] as const) {}

/** An order that is not placed: what placing it now would give. */
export class QuoteView extends OmitType(OrderView, [...NOT_QUOTED, 'lines'] as const) {
  @ApiProperty({ type: [QuoteLineView] }) readonly lines: readonly QuoteLineView[];
}
