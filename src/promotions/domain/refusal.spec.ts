import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import type { PromotionId } from '../../shared/ids.js';
import type { Promotion } from './promotion.js';
import { budgetRefusalOf, type DiscountedBasket, refusalOf } from './refusal.js';

const promotion: Promotion = frozen({
  id: '1' as PromotionId,
  name: 'Ten',
  code: 'TEN',
  benefit: 'percent',
  percentage: '10',
  amount: null,
  buyPieces: null,
  freePieces: null,
  currency: null,
  conditions: {},
  combinesWith: [],
  validFrom: new Date(100),
  validUntil: new Date(200),
  status: 'active',
  usageLimit: 5,
  used: 4,
  budget: 1000,
  spent: 900,
  customerLimit: 2,
  customerBudget: 500,
});
const basket: DiscountedBasket = frozen({
  currency: 'EUR',
  now: new Date(100),
  customerId: 'usr_1',
  isFirst: true,
  country: 'GB',
  lines: [
    { price: 1000, quantity: 1, sku: 'MUG' },
    { price: 500, quantity: 2, sku: 'CUP' },
  ],
});
const use = { uses: 1, amount: 400 };
const asking = (conditions: Promotion['conditions']) => ({ ...promotion, conditions });

describe('A promotion applies', () => {
  it('while it is valid, has uses left, and all conditions hold', () => {
    const all = {
      subtotal: 1000,
      quantity: 1,
      skus: ['mug'],
      customerIds: ['usr_1'],
      firstOrder: true,
      countries: ['GB'],
    };
    expect(refusalOf(asking(all), basket, use)).toBeUndefined();
  });

  it.each<[string, Promotion, Partial<DiscountedBasket>]>([
    ['unknown_coupon', { ...promotion, status: 'archived' }, {}],
    ['not_yet_valid', promotion, { now: new Date(99) }],
    ['no_longer_valid', promotion, { now: new Date(200) }],
    ['currency', { ...promotion, currency: 'GBP' }, {}],
    ['other_customer', asking({ customerIds: ['usr_2'] }), {}],
    ['not_first_order', asking({ firstOrder: true }), { isFirst: false }],
    ['other_country', asking({ countries: ['CH', 'DE'] }), {}],
    ['other_country', asking({ countries: ['GB'] }), { country: undefined }],
    ['other_products', asking({ skus: ['BOOK'] }), {}],
    ['nothing_shipped', { ...promotion, benefit: 'shipping', percentage: null }, {}],
    ['other_products', asking({ attributes: { color: 'red' } }), {}],
    ['subtotal_too_low', asking({ subtotal: 1501 }), {}],
    ['subtotal_too_low', asking({ subtotal: 501, skus: ['CUP'] }), {}],
    ['quantity_too_low', asking({ quantity: 4 }), {}],
    ['quantity_too_low', asking({ quantity: 2, skus: ['MUG'] }), {}],
    ['used_up', { ...promotion, used: 5 }, {}],
  ])('not: %s', (code, asked, given) => {
    expect(refusalOf(asked, { ...basket, ...given }, use)).toMatchObject({ code });
  });

  it('not to a customer who has used it, nor beyond a budget', () => {
    expect(refusalOf(promotion, basket, { uses: 2, amount: 0 })).toMatchObject({ code: 'used_by_customer' });
    expect(budgetRefusalOf(promotion, 100, use)).toBeUndefined();
    expect(budgetRefusalOf(promotion, 101, use)).toMatchObject({ code: 'budget_spent' });
    expect(budgetRefusalOf({ ...promotion, budget: null }, 101, use)).toMatchObject({
      code: 'budget_spent_by_customer',
    });
  });
});
