import { ApiProperty } from '@nestjs/swagger';

const minorUnits = { type: 'integer', description: 'Minor units', example: 1667 } as const;

class VatLineView {
  @ApiProperty({ description: 'Where the tax is due; ISO 3166-1', example: 'GB' }) readonly country: string;
  @ApiProperty({ description: 'EN 16931', example: 'S' }) readonly category: string;
  @ApiProperty({ description: 'A percentage in decimal digits', example: '20' }) readonly rate: string;
  @ApiProperty({ example: 'GBP' }) readonly currency: string;
  @ApiProperty({ ...minorUnits, description: 'Sales of goods without tax, at full prices, in minor units' })
  readonly sales: number;
  @ApiProperty({
    ...minorUnits,
    description: 'Shipping, fees and duties without tax less refunds of them, in minor units',
  })
  readonly charges: number;
  @ApiProperty({ ...minorUnits, description: 'Refunds without tax, in minor units' }) readonly refunds: number;
  @ApiProperty({ ...minorUnits, description: 'Discounts on what is left, without tax, in minor units' })
  readonly discounts: number;
  @ApiProperty({ ...minorUnits, description: 'sales + charges - refunds - discounts' }) readonly net: number;
  @ApiProperty({ ...minorUnits, description: 'Tax of sales less tax of refunds, in minor units' }) readonly vat: number;
}

/** Revenue and tax of a period. */
export class VatReportView {
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly from: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly to: string | null;
  @ApiProperty({ type: [VatLineView] }) readonly lines: readonly VatLineView[];
}
