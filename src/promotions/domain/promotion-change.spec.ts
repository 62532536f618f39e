import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { ValidationFailed } from '../../shared/errors.js';
import type { PromotionId } from '../../shared/ids.js';
import type { Promotion } from './promotion.js';
import { changePromotion, type PromotionChange } from './promotion-change.js';

const promotion: Promotion = frozen({
  id: '1' as PromotionId,
  name: 'Ten',
  code: 'TEN',
  benefit: 'percent',
  percentage: '10',
  amount: null,
  currency: null,
  conditions: {},
  buyPieces: null,
  freePieces: null,
  combinesWith: [],
  validFrom: new Date(100),
  validUntil: null,
  status: 'active',
  usageLimit: 5,
  used: 4,
  budget: null,
  spent: 0,
  customerLimit: null,
  customerBudget: null,
});

/** Where a change is refused, and why. */
function refusals(change: PromotionChange, of: Promotion = promotion): string[] {
  try {
    changePromotion(of, change);
    return [];
  } catch (error) {
    return (error as ValidationFailed).violations!.map(({ pointer, code }) => `${pointer} ${code}`);
  }
}

describe('A promotion takes a change', () => {
  it('of its limits, not below what is taken, and only if it was counted from the beginning', () => {
    expect(refusals({ usageLimit: 4, customerLimit: 1 })).toEqual([]);
    expect(refusals({ usageLimit: 3 })).toEqual(['/usageLimit min']);
    expect(refusals({ customerLimit: 1 }, { ...promotion, usageLimit: null })).toEqual(['/customerLimit not_counted']);
  });

  it('of its budgets only if it has a currency', () => {
    expect(refusals({ budget: 1000, customerBudget: 10 })).toEqual(['/budget currency', '/customerBudget currency']);
    expect(refusals({ budget: 1000, customerBudget: 10 }, { ...promotion, currency: 'EUR' })).toEqual([]);
  });
});
