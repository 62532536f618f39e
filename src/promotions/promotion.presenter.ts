import { encodeId } from '../shared/ids.js';
import type { PromotionEntity } from './promotion.entity.js';
import type { PromotionView } from './promotion.view.js';

/** A promotion as clients see it. */
export function presentPromotion(promotion: PromotionEntity): PromotionView {
  const { name, code, benefit, percentage, amount, currency, conditions, combinesWith, status, version } = promotion;
  const { buyPieces, freePieces, usageLimit, used, budget, spent, customerLimit, customerBudget, counted } = promotion;
  return {
    id: encodeId('prm', promotion.id),
    name,
    code,
    benefit,
    percentage,
    amount,
    buyPieces,
    freePieces,
    currency,
    conditions,
    combinesWith,
    validFrom: promotion.validFrom.toISOString(),
    validUntil: promotion.validUntil?.toISOString() ?? null,
    status,
    usageLimit,
    used: counted ? used : null,
    budget,
    spent: counted ? spent : null,
    customerLimit,
    customerBudget,
    version,
    createdAt: promotion.createdAt.toISOString(),
    updatedAt: promotion.updatedAt.toISOString(),
  };
}
