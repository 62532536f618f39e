import { ApiProperty } from '@nestjs/swagger';
import { taxCategories, type TaxCategory } from './domain/taxes.js';

/** A tax rate as clients see it. */
export class TaxRateView {
  @ApiProperty({ example: 'txr_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'United Kingdom' }) readonly zone: string;
  @ApiProperty({ type: String, nullable: true, description: 'ISO 3166-1; null for all countries without a zone' })
  readonly country: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly region: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly postalFrom: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly postalTo: string | null;
  @ApiProperty({ description: 'Whether prices in the zone include the tax' }) readonly pricesIncludeTax: boolean;
  @ApiProperty({ description: 'The class of products', example: 'standard' }) readonly taxClass: string;
  @ApiProperty({ enum: taxCategories, description: 'EN 16931' }) readonly category: TaxCategory;
  @ApiProperty({ description: 'A percentage in decimal digits', example: '20' }) readonly rate: string;
  @ApiProperty({ example: 'VAT' }) readonly label: string;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
  @ApiProperty({ format: 'date-time' }) readonly validFrom: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly validUntil: string | null;
  @ApiProperty() readonly source: string;
}
