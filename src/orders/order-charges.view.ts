import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type ChargeKind, chargeKinds } from './domain/order-charges.js';
import { LineTaxView } from './order-taxes.view.js';

const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 499 } as const;

/** What an order costs beside its goods, with one tax. */
export class OrderChargeView {
  @ApiProperty({ example: 'chg_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ enum: chargeKinds }) readonly kind: ChargeKind;
  @ApiProperty({ example: 'Delivery' }) readonly name: string;
  @ApiPropertyOptional({ example: 'shm_01h455vb4pex5vsknk084sn02q', description: 'Only of a shipping method' })
  readonly methodId?: string;
  @ApiProperty({
    ...minorUnits,
    description: 'Minor units; before discounts, and with its tax if prices include taxes',
  })
  readonly amount: number;
  @ApiPropertyOptional({ ...minorUnits, description: 'Minor units; only where there is a discount' })
  readonly discount?: number;
  @ApiProperty({ ...minorUnits, description: 'Minor units, less the discount, with its tax' }) readonly total: number;
  @ApiPropertyOptional({ type: LineTaxView, description: 'Only where a tax applies' }) readonly tax?: LineTaxView;
}
