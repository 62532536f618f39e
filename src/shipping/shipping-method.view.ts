import { ApiProperty } from '@nestjs/swagger';
import { type RateBasis, rateBases, type ShippingStatus, shippingStatuses } from './domain/shipping-method.js';
import { ShippingRateDto } from './dto/shipping-method.dto.js';

const optional = { type: 'integer', nullable: true } as const;

/** A shipping method as clients see it. Amounts are minor units of `currency`. */
export class ShippingMethodView {
  @ApiProperty({ example: 'shm_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'Parcel' }) readonly name: string;
  @ApiProperty({ example: 'GBP' }) readonly currency: string;
  @ApiProperty({ type: 'integer', example: 499 }) readonly price: number;
  @ApiProperty(optional) readonly freeFrom: number | null;
  @ApiProperty({ type: String, enum: rateBases, nullable: true }) readonly ratedBy: RateBasis | null;
  @ApiProperty({ type: [ShippingRateDto] }) readonly rates: readonly ShippingRateDto[];
  @ApiProperty({ type: [String], description: 'ISO 3166-1; everywhere if empty' })
  readonly countries: readonly string[];
  @ApiProperty(optional) readonly minDays: number | null;
  @ApiProperty(optional) readonly maxDays: number | null;
  @ApiProperty({ type: String, nullable: true }) readonly taxClass: string | null;
  @ApiProperty({ enum: shippingStatuses }) readonly status: ShippingStatus;
  @ApiProperty({ type: 'integer' }) readonly version: number;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}
