import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { PromotionId } from '../shared/ids.js';
import type { Benefit, Promotion, PromotionConditions, PromotionSource, PromotionStatus } from './domain/promotion.js';

/** What the database counts by itself. */
const counted = { default: 0, insert: false, update: false } as const;

/** A promotion, or with a code a coupon. Amounts are minor units of `currency`. */
@Entity('promotions')
export class PromotionEntity implements Promotion {
  @PrimaryColumn('uuid')
  readonly id: PromotionId;

  @Column('text')
  readonly name: string;

  @Column('text', { nullable: true })
  readonly code: string | null;

  @Column('text')
  readonly benefit: Benefit;

  @Column('numeric', { nullable: true })
  readonly percentage: string | null;

  @Column('bigint', { nullable: true })
  readonly amount: number | null;

  @Column('int', { nullable: true })
  readonly buyPieces: number | null;

  @Column('int', { nullable: true })
  readonly freePieces: number | null;

  @Column('char', { length: 3, nullable: true })
  readonly currency: string | null;

  @Column('jsonb', { default: {} })
  readonly conditions: PromotionConditions;

  @Column('text', { array: true })
  readonly combinesWith: PromotionSource[];

  @Column('timestamptz')
  readonly validFrom: Date;

  @Column('timestamptz', { nullable: true })
  readonly validUntil: Date | null;

  @Column('text', { default: 'active' })
  readonly status: PromotionStatus;

  @Column('int', { nullable: true })
  readonly usageLimit: number | null;

  @Column({ type: 'int', ...counted })
  readonly used: number;

  @Column('bigint', { nullable: true })
  readonly budget: number | null;

  @Column({ type: 'bigint', ...counted })
  readonly spent: number;

  @Column('int', { nullable: true })
  readonly customerLimit: number | null;

  @Column('bigint', { nullable: true })
  readonly customerBudget: number | null;

  /** Whether it has a limit or a budget; of others, nobody counts `used` and `spent`. */
  @Column({ type: 'boolean', insert: false, update: false })
  readonly counted: boolean;

  @VersionColumn({ type: 'int', default: 1 })
  readonly version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
