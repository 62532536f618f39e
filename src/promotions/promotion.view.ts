import { ApiProperty } from '@nestjs/swagger';
import {
  type Benefit,
  benefits,
  type PromotionConditions,
  type PromotionSource,
  promotionSources,
  type PromotionStatus,
  promotionStatuses,
} from './domain/promotion.js';
import { PromotionConditionsDto } from './dto/create-promotion.dto.js';

const optional = { type: 'integer', nullable: true } as const;

/** A promotion as clients see it. Amounts are minor units of `currency`. */
export class PromotionView {
  @ApiProperty({ example: 'prm_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'Welcome' }) readonly name: string;
  @ApiProperty({ type: String, nullable: true, example: 'WELCOME10' }) readonly code: string | null;
  @ApiProperty({ enum: benefits }) readonly benefit: Benefit;
  @ApiProperty({ type: String, nullable: true, example: '12.5' }) readonly percentage: string | null;
  @ApiProperty(optional) readonly amount: number | null;
  @ApiProperty(optional) readonly buyPieces: number | null;
  @ApiProperty(optional) readonly freePieces: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'ISO 4217' }) readonly currency: string | null;
  @ApiProperty({ type: PromotionConditionsDto }) readonly conditions: PromotionConditions;
  @ApiProperty({ enum: promotionSources, isArray: true }) readonly combinesWith: readonly PromotionSource[];
  @ApiProperty({ format: 'date-time' }) readonly validFrom: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) readonly validUntil: string | null;
  @ApiProperty({ enum: promotionStatuses }) readonly status: PromotionStatus;
  @ApiProperty(optional) readonly usageLimit: number | null;
  @ApiProperty({ ...optional, description: 'Orders that use it; null without a limit or a budget' })
  readonly used: number | null;
  @ApiProperty(optional) readonly budget: number | null;
  @ApiProperty({ ...optional, description: 'What it took off these orders; null without a limit or a budget' })
  readonly spent: number | null;
  @ApiProperty(optional) readonly customerLimit: number | null;
  @ApiProperty(optional) readonly customerBudget: number | null;
  @ApiProperty({ type: 'integer' }) readonly version: number;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt: string;
}
