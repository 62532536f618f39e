import { ApiProperty } from '@nestjs/swagger';
import { type TaxCategory, taxCategories, type TaxMode, taxModes } from '../tax/index.js';

const minorUnits = { type: 'integer', description: 'Minor units of the currency', example: 333 } as const;
const percentage = { description: 'A percentage in decimal digits', example: '20' } as const;
const country = { description: 'Where the tax is due; ISO 3166-1', example: 'GB' } as const;

/** The tax of a line, with what explains it. */
export class LineTaxView {
  @ApiProperty({ enum: taxModes, description: 'Whether unitPrice includes the tax' }) readonly mode: TaxMode;
  @ApiProperty({ enum: taxCategories, description: 'EN 16931' }) readonly category: TaxCategory;
  @ApiProperty(percentage) readonly rate: string;
  @ApiProperty(country) readonly country: string;
  @ApiProperty({ example: 'VAT' }) readonly label: string;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
  @ApiProperty({ description: 'Where the rate comes from' }) readonly source: string;
  @ApiProperty(minorUnits) readonly net: number;
  @ApiProperty(minorUnits) readonly amount: number;
  @ApiProperty(minorUnits) readonly gross: number;
}

/** The tax of all lines with one country, category and rate. */
export class TaxGroupView {
  @ApiProperty(country) readonly country: string;
  @ApiProperty({ enum: taxCategories, description: 'EN 16931' }) readonly category: TaxCategory;
  @ApiProperty(percentage) readonly rate: string;
  @ApiProperty(minorUnits) readonly net: number;
  @ApiProperty(minorUnits) readonly tax: number;
  @ApiProperty(minorUnits) readonly gross: number;
}
