import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type FulfillmentStatus, fulfillmentStatuses, type PaymentStatus, paymentStatuses } from './domain/order.js';
import { OrderChargeView } from './order-charges.view.js';
import { OrderDiscountView } from './order-discounts.view.js';
import { LineTaxView, TaxGroupView } from './order-taxes.view.js';
import { type OrderStatus, orderStatuses } from './domain/order-state.js';
import { PageOf } from '../platform/http/index.js';
import { type TaxRounding, taxRoundings } from '../tax/index.js';

const pieces = { type: 'integer', example: 2 } as const;
const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 1999 } as const;
const NUMBER =
  'For people; counts up, with gaps: an order that is refused takes a number too, so it is not a number of invoices';
const RESERVED_UNTIL =
  'When the order expires and gives back its stock unless it is paid; later while a payment is in progress; null when nothing is to be paid';
const freeJson = { type: 'object', additionalProperties: true } as const;
/** An address is kept as it is given. */
export const shippingAddress = {
  ...freeJson,
  description:
    'Any members. For taxes and shipping, Till reads `country` (ISO 3166-1 alpha-2), `region` (the state or province, as the zones of the tax ' +
    'rates name it; also `state` or `province`) and `postalCode` (with spaces or without; also `postcode`, `postal_code`, `zip` or `zipCode`). Tax ' +
    'providers also get `city`, `line1` and `line2`.',
} as const;

/** A line, with sku, name and price at the time of placing. */
export class OrderLineView {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'prd_01h455vb4pex5vsknk084sn02q' }) readonly productId: string;
  @ApiProperty() readonly sku: string;
  @ApiProperty() readonly name: string;
  @ApiProperty(pieces) readonly quantity: number;
  @ApiProperty(minorUnits) readonly unitPrice: number;
  @ApiProperty({ ...minorUnits, description: 'Minor units; what is not cancelled' }) readonly total: number;
  @ApiProperty(pieces) readonly fulfilledQuantity: number;
  @ApiProperty({ ...pieces, description: 'Taken out of an order that lives on' }) readonly cancelledQuantity: number;
  @ApiPropertyOptional({ ...minorUnits, description: 'Minor units; of all pieces; only where there is a discount' })
  readonly discount?: number;
  @ApiPropertyOptional({
    type: LineTaxView,
    description: 'Only where a tax applies; of all pieces, also cancelled ones',
  })
  readonly tax?: LineTaxView;
}

/** An order as clients see it. */
export class OrderView {
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ type: 'integer', description: NUMBER }) readonly number: number;
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly customerId: string;
  @ApiProperty({ description: 'ISO 4217', example: 'EUR' }) readonly currency: string;
  @ApiProperty({ enum: orderStatuses }) readonly status: OrderStatus;
  @ApiProperty({ enum: paymentStatuses }) readonly paymentStatus: PaymentStatus;
  @ApiProperty({ enum: fulfillmentStatuses }) readonly fulfillmentStatus: FulfillmentStatus;
  @ApiProperty({ type: [OrderLineView] }) readonly lines: readonly OrderLineView[];
  @ApiPropertyOptional({
    type: [OrderChargeView],
    description: 'What the order costs beside its goods; only where there is something',
  })
  readonly charges?: readonly OrderChargeView[];
  @ApiProperty({ ...minorUnits, description: 'Minor units: lines and charges, less discounts, with all taxes' })
  readonly total: number;
  @ApiPropertyOptional({
    ...minorUnits,
    description: 'What discounts take off what is not cancelled; only where there are some',
  })
  readonly discount?: number;
  @ApiPropertyOptional({ type: [OrderDiscountView], description: 'In the order in which they were taken' })
  readonly discounts?: readonly OrderDiscountView[];
  @ApiPropertyOptional({ ...minorUnits, description: 'The tax in the total; only where a tax applies' })
  readonly tax?: number;
  @ApiPropertyOptional({ enum: taxRoundings, description: 'Where tax was rounded; only where a tax applies' })
  readonly taxRounding?: TaxRounding;
  @ApiPropertyOptional({ type: [TaxGroupView], description: 'By country, category and rate, without cancelled pieces' })
  readonly taxes?: readonly TaxGroupView[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: RESERVED_UNTIL,
  })
  readonly reservedUntil: string | null;
  @ApiProperty({ ...shippingAddress, nullable: true }) readonly shippingAddress: Readonly<
    Record<string, unknown>
  > | null;
  @ApiProperty(freeJson) readonly metadata: Readonly<Record<string, unknown>>;
  @ApiProperty({ type: 'integer' }) readonly version: number;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}

/** A page of orders. */
export class OrdersPage extends PageOf(OrderView) {
  @ApiPropertyOptional({
    format: 'date-time',
    description:
      'With updatedSince: once the last page is read, no change before this time is missing. Send it as updatedSince next time',
  })
  readonly syncedUntil?: string;
}

export class FulfilledLineView {
  @ApiProperty({ example: 'lin_01h455vb4pex5vsknk084sn02q' }) readonly lineId: string;
  @ApiProperty(pieces) readonly quantity: number;
}

/** A shipment of some lines as clients see it. */
export class FulfillmentView {
  @ApiProperty({ example: 'ful_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly orderId: string;
  @ApiProperty({ type: String, nullable: true }) readonly carrier: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly trackingNumber: string | null;
  @ApiProperty({ type: [FulfilledLineView] }) readonly lines: readonly FulfilledLineView[];
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
}
