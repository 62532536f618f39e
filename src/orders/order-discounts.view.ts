import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Benefit, benefits } from '../promotions/index.js';
import { type DiscountSource, discountSources } from './domain/order-discounts.js';

/** A discount of an order, with what explains it. */
export class OrderDiscountView {
  @ApiProperty({ enum: discountSources }) readonly source: DiscountSource;
  @ApiProperty({ type: String, nullable: true, example: 'prm_01h455vb4pex5vsknk084sn02q' })
  readonly promotionId: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'WELCOME10' }) readonly code: string | null;
  @ApiProperty({ example: 'Welcome' }) readonly name: string;
  @ApiProperty({ enum: benefits }) readonly benefit: Benefit;
  @ApiProperty({ type: String, nullable: true, example: '12.5' }) readonly percentage: string | null;
  @ApiPropertyOptional({ description: 'Only of a discount by staff', example: 'Late delivery' })
  readonly reason?: string;
  @ApiProperty({ type: 'integer', description: 'Minor units; of all pieces, also cancelled ones', example: 199 })
  readonly amount: number;
}
