import { ApiProperty } from '@nestjs/swagger';

const minorUnits = { type: 'integer', example: 4990 } as const;
const count = { type: 'integer', example: 42 } as const;

/** What was sold, in one currency; amounts in minor units. */
class FiguresView {
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty({ ...minorUnits, description: 'What was captured, with taxes and charges' }) readonly gross: number;
  @ApiProperty({ ...minorUnits, description: 'What was refunded, less refunds whose money came back' })
  readonly refunded: number;
  @ApiProperty({ ...minorUnits, description: 'gross - refunded' }) readonly net: number;
  @ApiProperty({ ...count, description: 'Orders of which something was captured' }) readonly orders: number;
  @ApiProperty({ ...minorUnits, description: 'gross / orders, rounded' }) readonly average: number;
}

export class SalesRowView extends FiguresView {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'The first day of the day, week or month, the id of the product or customer, or the currency; null for money that belongs to no product',
    example: '2026-01-01',
  })
  readonly key: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Of a product' }) readonly sku: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Of a product' }) readonly name: string | null;
}

class PeriodView {
  @ApiProperty({ format: 'date', example: '2026-01-01' }) readonly from: string;
  @ApiProperty({ format: 'date', description: 'The day after the last one', example: '2026-02-01' })
  readonly to: string;
  @ApiProperty({ example: 'Europe/Berlin' }) readonly timeZone: string;
}

class RankedView extends PeriodView {
  @ApiProperty({ description: 'Whether there are more rows than `limit`' }) readonly more: boolean;
}

export class SalesReportView extends RankedView {
  @ApiProperty({ type: [SalesRowView] }) readonly rows: readonly SalesRowView[];
  @ApiProperty({ type: [FiguresView], description: 'All of the period, also what `rows` leave out' })
  readonly totals: readonly FiguresView[];
}

export class CustomersRowView {
  @ApiProperty({ format: 'date', description: 'The first day of the day, week or month', example: '2026-01-01' })
  readonly key: string;
  @ApiProperty({ ...count, description: 'New accounts of customers' }) readonly registered: number;
  @ApiProperty({ ...count, description: 'Customers who placed an order' }) readonly buying: number;
  @ApiProperty({ ...count, description: 'Those for whom it was the first one' }) readonly firstTime: number;
  @ApiProperty({ ...count, description: 'buying - firstTime' }) readonly returning: number;
  @ApiProperty({ ...count, description: 'Placed orders' }) readonly orders: number;
}

export class CustomersReportView extends PeriodView {
  @ApiProperty({ type: [CustomersRowView] }) readonly rows: readonly CustomersRowView[];
}

export class ActivityRowView {
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly userId: string;
  @ApiProperty({ ...count }) readonly signIns: number;
  @ApiProperty({ ...count, description: 'Orders of the person' }) readonly orders: number;
  @ApiProperty({ ...count, description: 'What else the audit log says that they did' }) readonly changes: number;
  @ApiProperty({ format: 'date-time' }) readonly lastAt: string;
}

export class ActivityReportView extends RankedView {
  @ApiProperty({ type: [ActivityRowView], description: 'The busiest first' }) readonly rows: readonly ActivityRowView[];
}

export class TopProductView {
  @ApiProperty({ ...count, example: 1 }) readonly rank: number;
  @ApiProperty({ example: 'prd_01h455vb4pex5vsknk084sn02q' }) readonly productId: string;
  @ApiProperty({ example: 'mug-1' }) readonly sku: string;
  @ApiProperty({ example: 'Mug' }) readonly name: string;
  @ApiProperty({ ...count, description: 'Pieces of confirmed orders' }) readonly units: number;
}

export class TopProductsView {
  @ApiProperty({ format: 'date', example: '2026-01-01' }) readonly from: string;
  @ApiProperty({ format: 'date', description: 'The day after the last one', example: '2026-01-08' })
  readonly to: string;
  @ApiProperty({ type: [TopProductView] }) readonly rows: readonly TopProductView[];
}
