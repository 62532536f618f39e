import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { EventDocs } from '../platform/outbox/index.js';
import { type FulfillmentStatus, fulfillmentStatuses, type PaymentStatus, paymentStatuses } from './domain/order.js';
import { type OrderStatus, orderStatuses } from './domain/order-state.js';

const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 1999 } as const;

/** Pieces of a line. */
export class EventLineView {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' }) readonly lineId: string;
  @ApiProperty({ type: 'integer', example: 1 }) readonly quantity: number;
}

/** The state of an order after an event. */
export class OrderEventData {
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ type: 'integer', example: 1042 }) readonly number: number;
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly customerId: string;
  @ApiProperty({ enum: orderStatuses }) readonly status: OrderStatus;
  @ApiProperty({ enum: paymentStatuses }) readonly paymentStatus: PaymentStatus;
  @ApiProperty({ enum: fulfillmentStatuses }) readonly fulfillmentStatus: FulfillmentStatus;
  @ApiProperty(minorUnits) readonly total: number;
  @ApiPropertyOptional({ ...minorUnits, description: 'Only where discounts were taken' }) readonly discount?: number;
  @ApiPropertyOptional({ ...minorUnits, description: 'In the total; only where a tax applies' }) readonly tax?: number;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
}

export class OrderEndedEventData extends OrderEventData {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'Of a cancellation by somebody' })
  readonly reason?: string | null;
}

export class OrderUnfundedEventData extends OrderEventData {
  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'Until when it may be paid' })
  readonly reservedUntil?: Date | string | null;
}

export class OrderReducedEventData extends OrderEventData {
  @ApiProperty({ type: [EventLineView] }) readonly lines: readonly EventLineView[];
  @ApiProperty({ ...minorUnits, description: 'By how much the total fell' }) readonly amount: number;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
}

export class OrderFulfilledEventData {
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ example: 'ful_01h455vb4pex5vsknk084sn02q' }) readonly fulfillmentId: string;
  @ApiProperty({ type: [EventLineView] }) readonly lines: readonly EventLineView[];
  @ApiProperty({ type: String, nullable: true }) readonly carrier: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly trackingNumber: string | null;
  @ApiProperty({ enum: fulfillmentStatuses }) readonly fulfillmentStatus: FulfillmentStatus;
}

export const orderEventDocs: EventDocs = {
  'order.placed': { about: 'An order was placed, and its stock reserved', data: OrderEventData },
  'order.confirmed': { about: 'An order is paid or authorised in full', data: OrderEventData },
  'order.fulfilled': { about: 'Goods of an order left', data: OrderFulfilledEventData },
  'order.completed': { about: 'All goods of an order left', data: OrderEventData },
  'order.reduced': { about: 'Pieces of an order were cancelled, and it goes on', data: OrderReducedEventData },
  'order.cancelled': { about: 'An order was cancelled', data: OrderEndedEventData },
  'order.expired': { about: 'An order was not paid in time', data: OrderEndedEventData },
  'order.unfunded': { about: 'A confirmed order lost its money before all of it left', data: OrderUnfundedEventData },
};
