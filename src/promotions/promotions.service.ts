import { Injectable } from '@nestjs/common';
import { Clock } from '../shared/clock.js';
import { NotFound } from '../shared/errors.js';
import { encodeId, newId, type PromotionId } from '../shared/ids.js';
import { AuditLog } from '../platform/audit/index.js';
import { Transaction, violatedConstraint } from '../platform/database/index.js';
import { assertMatches, type Page, pageOf } from '../platform/http/index.js';
import { newPromotion, type WantedPromotion } from './domain/new-promotion.js';
import { changePromotion, type PromotionChange } from './domain/promotion-change.js';
import type { PromotionEntity } from './promotion.entity.js';
import { promotionChanged, promotionMade } from './promotions-audit.js';
import { CouponCodeTaken } from './promotions.errors.js';
import { PromotionsRepository } from './promotions.repository.js';

/** Makes, changes and reads promotions. */
@Injectable()
export class PromotionsService {
  constructor(
    private readonly tx: Transaction,
    private readonly repository: PromotionsRepository,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** @throws ValidationFailed, CouponCodeTaken */
  async create(wanted: WantedPromotion): Promise<PromotionEntity> {
    const values = newPromotion(wanted, this.clock.now());
    try {
      return await this.tx.run(async () => {
        const id = newId<'prm'>();
        await this.repository.insert({ ...values, combinesWith: [...values.combinesWith], id });
        const promotion = await this.read(id);
        this.audit.record(promotionMade(promotion));
        return promotion;
      });
    } catch (error) {
      throw violatedConstraint(error) === 'promotions_code_key' ? new CouponCodeTaken(values.code ?? '') : error;
    }
  }

  /** Newest first. */
  async list(limit: number, before?: PromotionId): Promise<Page<PromotionEntity>> {
    return pageOf(await this.repository.list(limit + 1, before), limit, ({ id }) => [id]);
  }

  /** @throws NotFound */
  async read(id: PromotionId): Promise<PromotionEntity> {
    const promotion = await this.repository.find(id);
    if (!promotion) throw new NotFound('promotion', encodeId('prm', id));
    return promotion;
  }

  /**
   * Changes the fields that differ. Orders keep the discounts they have.
   * @throws NotFound, ValidationFailed, PreconditionFailed if `ifMatch` names another version
   */
  change(id: PromotionId, change: PromotionChange, ifMatch?: string): Promise<PromotionEntity> {
    return this.tx.run(async () => {
      const before = await this.repository.lock(id);
      if (!before) throw new NotFound('promotion', encodeId('prm', id));
      const { version } = before;
      assertMatches(ifMatch, version);
      const unchanged = { ...before };
      await this.repository.save(changePromotion(before, change));
      const after = await this.read(id);
      if (after.version !== version) this.audit.record(promotionChanged(unchanged, after));
      return after;
    });
  }

  /** Archives a promotion: no new order gets it. @throws NotFound */
  async archive(id: PromotionId, ifMatch?: string): Promise<void> {
    await this.change(id, { status: 'archived' }, ifMatch);
  }
}
