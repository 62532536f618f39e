import { ApiProperty } from '@nestjs/swagger';

export const hitTypes = ['order', 'payment', 'product', 'user'] as const;
export type HitType = (typeof hitTypes)[number];

/** One thing that a search found. */
export class SearchHitView {
  @ApiProperty({ enum: hitTypes }) readonly type: HitType;
  @ApiProperty({ example: 'ord_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ description: 'What people know it by', example: '1042' }) readonly title: string;
  @ApiProperty({ description: 'What tells it from others, in words', example: 'confirmed, paid, 49.90 EUR' })
  readonly detail: string;
}

/** What a search found, the best of each kind first. */
export class SearchHitsView {
  @ApiProperty({ type: [SearchHitView] }) readonly data: readonly SearchHitView[];
}
