import type { Promotion } from '../../src/promotions/domain/promotion.js';
import type { PromotionId } from '../../src/shared/ids.js';
import { frozen } from './frozen.js';

/** The coupon with this number, which takes nothing off but for what is given. */
export const promotion = (n: number, given: Partial<Promotion>): Promotion =>
  frozen({
    id: `0000000${n}` as PromotionId,
    name: `Promotion ${n}`,
    code: `CODE${n}`,
    benefit: 'amount',
    percentage: null,
    amount: null,
    buyPieces: null,
    freePieces: null,
    currency: 'EUR',
    conditions: {},
    combinesWith: [],
    validFrom: new Date(0),
    validUntil: null,
    status: 'active',
    usageLimit: null,
    used: 0,
    budget: null,
    spent: 0,
    customerLimit: null,
    customerBudget: null,
    ...given,
  });
/** A coupon of so many per cent. */
export const percent = (n: number, percentage: string, given: Partial<Promotion> = {}) =>
  promotion(n, { benefit: 'percent', percentage, ...given });
/** A coupon of so many minor units. */
export const amount = (n: number, less: number, given: Partial<Promotion> = {}) =>
  promotion(n, { amount: less, ...given });
