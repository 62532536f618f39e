import { ApiProperty } from '@nestjs/swagger';
import { type VatIdState, vatIdStates } from './tax-status.entity.js';

const byStaff = { type: String, nullable: true, description: 'Who of the staff; null for the customer' } as const;

/** Where, why and how long a customer pays no tax. */
export class TaxExemptionView {
  @ApiProperty({ description: 'ISO 3166-1', example: 'DE' }) readonly country: string;
  @ApiProperty({ type: String, nullable: true }) readonly region: string | null;
  @ApiProperty({ example: 'Diplomatic mission, certificate 15.1' }) readonly reason: string;
  @ApiProperty({ format: 'date-time' }) readonly validFrom: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly validUntil: string | null;
  @ApiProperty(byStaff) readonly grantedBy: string | null;
}

/** A customer's tax status: the VAT id and the exemption, which change the tax of their orders. */
export class TaxStatusView {
  @ApiProperty({ example: 'usr_01h455vb4pex5vsknk084sn02q' }) readonly userId: string;
  @ApiProperty({ type: String, nullable: true, example: 'DE136695976' }) readonly vatId: string | null;
  @ApiProperty({
    type: String,
    enum: vatIdStates,
    nullable: true,
    description: 'unchecked: only its form and check digits are known',
  })
  readonly vatIdState: VatIdState | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When VIES last answered' })
  readonly vatIdCheckedAt: string | null;
  @ApiProperty(byStaff) readonly vatIdConfirmedBy: string | null;
  @ApiProperty({ type: TaxExemptionView, nullable: true }) readonly exemption: TaxExemptionView | null;
}
