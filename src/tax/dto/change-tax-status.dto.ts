import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { Equals, IsObject, Matches, ValidateIf, ValidateNested } from 'class-validator';
import { IfPresent, IsMoment, IsText } from '../../platform/http/index.js';
import type { TaxStatusChange, WantedExemption } from '../domain/tax-status-change.js';

export class TaxExemptionDto implements WantedExemption {
  @ApiProperty({ description: 'Where no tax is due: ISO 3166-1', example: 'DE', pattern: '^[A-Z]{2}$' })
  @Matches(/^[A-Z]{2}$/, { message: 'must be a country of ISO 3166-1 in two capital letters' })
  readonly country: string;

  @ApiPropertyOptional({ description: 'A part of the country, as in the zones of tax rates' })
  @IfPresent()
  @IsText({ max: 50, blank: false })
  readonly region?: string;

  @ApiProperty({ description: 'Orders show it', example: 'Diplomatic mission, certificate 15.1' })
  @IsText({ max: 500, blank: false })
  readonly reason: string;

  @IsMoment('Now, if absent')
  readonly validFrom?: Date;

  @IsMoment('The first moment at which it does not apply')
  readonly validUntil?: Date;
}

export class ChangeTaxStatusDto implements TaxStatusChange {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'Null takes it away', example: 'DE136695976' })
  @ValidateIf(({ vatId }: ChangeTaxStatusDto) => vatId !== undefined && vatId !== null)
  @IsText({ max: 30, blank: false })
  readonly vatId?: string | null;

  @ApiPropertyOptional({
    type: Boolean,
    example: true,
    description: "Staff have seen that the VAT id is the customer's",
  })
  @IfPresent()
  @Equals(true, { message: 'must be true; name another vatId to withdraw a confirmation' })
  readonly vatIdConfirmed?: true;

  @ApiPropertyOptional({ type: TaxExemptionDto, nullable: true, description: 'Null ends it; needs tax_statuses:write' })
  @ValidateIf(({ exemption }: ChangeTaxStatusDto) => exemption !== undefined && exemption !== null)
  @IsObject()
  @ValidateNested()
  @Type(() => TaxExemptionDto)
  readonly exemption?: TaxExemptionDto | null;
}
