import { ApiProperty } from '@nestjs/swagger';
import { type Benefit, benefits, type PromotionSource, promotionSources } from '../promotions/index.js';

/** A discount of an order, with what explains it. */
export class OrderDiscountView {
  @ApiProperty({ enum: promotionSources }) readonly source: PromotionSource;
  @ApiProperty({ type: String, nullable: true, example: 'prm_01h455vb4pex5vsknk084sn02q' })
  readonly promotionId: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'WELCOME10' }) readonly code: string | null;
  @ApiProperty({ example: 'Welcome' }) readonly name: string;
  @ApiProperty({ enum: benefits }) readonly benefit: Benefit;
  @ApiProperty({ type: String, nullable: true, example: '12.5' }) readonly percentage: string | null;
  @ApiProperty({ type: 'integer', description: 'Minor units; of all pieces, also cancelled ones', example: 199 })
  readonly amount: number;
}
