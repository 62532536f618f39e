import { isDeepStrictEqual } from 'node:util';
import type { AuditEntry } from '../platform/audit/index.js';
import { encodeId } from '../shared/ids.js';
import type { PromotionEntity } from './promotion.entity.js';

const fields = ['name', 'validUntil', 'status', 'usageLimit', 'budget', 'customerLimit', 'customerBudget'] as const;

export function promotionMade(promotion: PromotionEntity): AuditEntry {
  const { code, benefit, percentage, amount, buyPieces, freePieces, currency, usageLimit, budget } = promotion;
  const after = { code, benefit, percentage, amount, buyPieces, freePieces, currency, usageLimit, budget };
  return { action: 'promotion.created', target: targetOf(promotion), after };
}

/** The fields that differ. Amounts are minor units. */
export function promotionChanged(before: PromotionEntity, after: PromotionEntity): AuditEntry {
  const changed = fields.filter((field) => !isDeepStrictEqual(before[field], after[field]));
  const of = (promotion: PromotionEntity) => Object.fromEntries(changed.map((field) => [field, promotion[field]]));
  return { action: 'promotion.changed', target: targetOf(after), before: of(before), after: of(after) };
}

const targetOf = ({ id }: PromotionEntity) => ({ type: 'promotion', id: encodeId('prm', id) });
