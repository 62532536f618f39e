import { Injectable } from '@nestjs/common';
import type { PromotionId } from '../shared/ids.js';
import type { Promotion } from './domain/promotion.js';
import { PromotionsRepository } from './promotions.repository.js';

/** Finds the promotions for an order. */
@Injectable()
export class PromotionOffers {
  constructor(private readonly repository: PromotionsRepository) {}

  /** Returns the coupons with these codes, in any case, as they are now; locks nothing. Omits codes that name none. */
  read(codes: readonly string[]): Promise<Promotion[]> {
    return this.repository.byCode(normalized(codes));
  }

  /** The same, and locks those with limits or budgets until the running transaction ends. */
  lock(codes: readonly string[]): Promise<Promotion[]> {
    return this.repository.lockByCode(normalized(codes));
  }

  /** Returns the active promotions without a code for orders in one of these currencies; locks nothing. */
  automatic(currencies: readonly string[]): Promise<Promotion[]> {
    return this.repository.automatic(currencies);
  }

  /** Returns these promotions, and locks them until the running transaction ends. */
  lockById(ids: readonly PromotionId[]): Promise<Promotion[]> {
    return this.repository.lockById(ids);
  }
}

const normalized = (codes: readonly string[]): string[] => codes.map((code) => code.toUpperCase());
