import { Injectable } from '@nestjs/common';
import { LessThan, type QueryDeepPartialEntity, type Repository } from 'typeorm';
import { type BatchQuery, columnsOf, type Row, Transaction } from '../platform/database/index.js';
import type { PromotionId } from '../shared/ids.js';
import type { Promotion } from './domain/promotion.js';
import { PromotionEntity } from './promotion.entity.js';

/** The values of a new promotion. */
export type NewPromotion = Omit<PromotionEntity, 'used' | 'spent' | 'counted' | 'version' | 'createdAt' | 'updatedAt'>;

const OFFERED = columnsOf(PromotionEntity, 'p', [
  'id',
  'name',
  'code',
  'benefit',
  'amount',
  'buyPieces',
  'freePieces',
  'currency',
  'conditions',
  'validFrom',
  'validUntil',
  'status',
  'usageLimit',
  'used',
  'budget',
  'spent',
  'customerLimit',
  'customerBudget',
]);
/** All of them are weighed against each other for each order. */
export const MOST_AUTOMATIC = 25;

const SELECT = `SELECT ${OFFERED}, p.percentage::text AS percentage, p.combines_with AS "combinesWith" FROM promotions p`;
const BY_CODE = {
  sql: `${SELECT} WHERE p.code = ANY ($1::text[]) ORDER BY p.id`,
  key: 'code',
} as const satisfies BatchQuery;
/** Orders only add to the counters, and the constraints have the last word: so orders of a group may lock the same coupon. */
const LOCK_COUNTED = {
  sql: `${SELECT} WHERE p.code = ANY ($1::text[]) AND p.counted ORDER BY p.id FOR UPDATE`,
  key: 'code',
  locks: 'promotion',
  sharesLocks: true,
} as const satisfies BatchQuery;
const UNCOUNTED = {
  sql: `${SELECT} WHERE p.code = ANY ($1::text[]) AND NOT p.counted ORDER BY p.id`,
  key: 'code',
} as const satisfies BatchQuery;

const LOCK_BY_ID = {
  sql: `${SELECT} WHERE p.id = ANY ($1::uuid[]) ORDER BY p.id FOR UPDATE`,
  key: 'id',
  locks: 'promotion',
  sharesLocks: true,
} as const satisfies BatchQuery;
/** Those that apply now in the currency of the order, which is the key, and are not used up. */
const AUTOMATIC = {
  sql: `
  SELECT k.key, o.* FROM (SELECT unnest($1::text[]) AS key) k CROSS JOIN LATERAL (
    ${SELECT} WHERE p.code IS NULL AND p.status = 'active' AND (p.currency = k.key OR p.currency IS NULL)
      AND p.valid_from <= now() AND (p.valid_until > now() OR p.valid_until IS NULL)
      AND (p.used < p.usage_limit OR p.usage_limit IS NULL) AND (p.spent < p.budget OR p.budget IS NULL)
    ORDER BY p.id LIMIT ${MOST_AUTOMATIC}) o`,
  key: 'key',
} as const satisfies BatchQuery;

/** Queries and locks of promotions. */
@Injectable()
export class PromotionsRepository {
  constructor(private readonly tx: Transaction) {}

  /** Returns the coupons with these codes; locks nothing. */
  byCode(codes: readonly string[]): Promise<Promotion[]> {
    return this.tx.queryBatch<Promotion & Row>(
      BY_CODE,
      codes.map((code) => [code]),
    );
  }

  /** Returns the coupons with these codes, and locks those that have limits or budgets until the transaction ends. */
  async lockByCode(codes: readonly string[]): Promise<Promotion[]> {
    const rows = codes.map((code) => [code]);
    const [counted, others] = await Promise.all([
      this.tx.queryBatch<Promotion & Row>(LOCK_COUNTED, rows),
      this.tx.queryBatch<Promotion & Row>(UNCOUNTED, rows),
    ]);
    return [...counted, ...others];
  }

  /** Returns the active promotions without a code for orders in one of these currencies; locks nothing. */
  async automatic(currencies: readonly string[]): Promise<Promotion[]> {
    const found = await this.tx.queryBatch<Promotion & Row>(
      AUTOMATIC,
      currencies.map((currency) => [currency]),
    );
    return [...new Map(found.map((promotion) => [promotion.id, promotion])).values()];
  }

  /** Returns these promotions, and locks them until the transaction ends. */
  lockById(ids: readonly PromotionId[]): Promise<Promotion[]> {
    return this.tx.queryBatch<Promotion & Row>(
      LOCK_BY_ID,
      ids.map((id) => [id]),
    );
  }

  async insert(values: NewPromotion): Promise<void> {
    await this.promotions.insert(values as QueryDeepPartialEntity<PromotionEntity>);
  }

  find(id: PromotionId): Promise<PromotionEntity | null> {
    return this.promotions.findOneBy({ id });
  }

  /** Locks the promotion until the transaction ends. */
  lock(id: PromotionId): Promise<PromotionEntity | null> {
    return this.promotions.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Newest first. */
  list(take: number, before?: PromotionId): Promise<PromotionEntity[]> {
    return this.promotions.find({ where: before ? { id: LessThan(before) } : {}, order: { id: 'DESC' }, take });
  }

  /** Writes the fields that differ from the row. The row gets a new version if any does. */
  async save(promotion: PromotionEntity): Promise<void> {
    await this.promotions.save(promotion);
  }

  private get promotions(): Repository<PromotionEntity> {
    return this.tx.repository(PromotionEntity);
  }
}
