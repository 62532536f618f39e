import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import type { UserId } from '../../shared/ids.js';
import { assertOneBenefitEach, type ManualDiscount, takeManualDiscounts } from './manual-discounts.js';

const discount = (benefit: Pick<ManualDiscount, 'percentage' | 'amount'>): ManualDiscount =>
  frozen({ name: 'Sorry', reason: 'late', actorId: '' as UserId, ...benefit });
const amounts = (prices: readonly number[], ...given: readonly Pick<ManualDiscount, 'percentage' | 'amount'>[]) =>
  takeManualDiscounts(frozen([...prices]), given.map(discount)).map(({ amount, allocations }) => [
    amount,
    ...allocations,
  ]);

describe('Manual discounts', () => {
  it('take percentages before amounts, each of what is left, to the last unit', () => {
    expect(amounts([333, 333, 334], { amount: 500 }, { percentage: '33.3333' })).toEqual([
      [333, 111, 111, 111],
      [500, 167, 166, 167],
    ]);
  });

  it('take no more than there is, and are left out where that is nothing', () => {
    expect(amounts([5, 0], { amount: 9 }, { amount: 1 })).toEqual([[5, 5, 0]]);
    expect(amounts([0], { percentage: '50' })).toEqual([]);
  });

  it.each([{}, { percentage: '1', amount: 1 }])('have either a percentage or an amount, not %j', (wrong) => {
    expect(() => assertOneBenefitEach([{ amount: 1 }, wrong])).toThrow(
      expect.objectContaining({ violations: [expect.objectContaining({ pointer: '/discounts/1' })] }),
    );
  });
});
