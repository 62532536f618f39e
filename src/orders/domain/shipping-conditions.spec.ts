import { describe, expect, it } from 'vitest';
import { orderHeader } from '../../../test/support/domain.js';
import type { OrderHeader } from './order.js';
import { assertShippable } from './shipping-conditions.js';

/** A confirmed order over 2,000. */
const orderOf = (money: Partial<OrderHeader>) => orderHeader({ status: 'confirmed', total: 2000, ...money });
const held = (authorizedAmount: number, capturedAmount: number, refundedAmount = 0) => ({
  authorizedAmount,
  capturedAmount,
  refundedAmount,
});
const refusalOf = (money: Partial<OrderHeader>, goods: number, override: boolean) => {
  try {
    assertShippable(orderOf(money), goods, override);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('Goods of an order over 2,000 leave', () => {
  it.each<[string, number, Partial<OrderHeader>]>([
    ['paid for', 2000, held(2000, 2000)],
    ['in part, captured for that part', 1000, held(2000, 1000)],
    ['in part, the rest was voided', 1000, held(1000, 1000)],
    ['after a refund of a part that the shop agreed to', 2000, { ...held(2000, 2000, 500), agreedAmount: 1500 }],
    ['in part, as far as captured money is no surplus', 1000, held(3000, 2000)],
    ['paid twice, while the surplus goes back', 2000, { ...held(4000, 4000), refundPending: 2000 }],
    ['free of charge', 0, { total: 0 }],
    ['free of charge, in an order that is only authorised', 0, held(2000, 0)],
  ])('%s: goods of %i with %j', (_, goods, money) => {
    expect(refusalOf(money, goods, false)).toBeUndefined();
  });

  it.each<[string, number, Partial<OrderHeader>]>([
    ['order_not_captured', 2000, held(2000, 0)],
    ['order_not_captured', 1000, held(2000, 999)],
    ['order_not_captured', 2000, { ...held(2000, 0), capturePending: 2000 }],
    ['order_not_captured', 1000, { ...held(2000, 1000, 1000), agreedAmount: 1000 }],
    // Captured and given back before, then authorised anew: what is captured is not what pays for the goods.
    ['order_not_captured', 2000, held(4000, 2000, 1900)],
    // Authorised by one payment and captured by another, late one: that one is given back.
    ['order_not_captured', 2000, held(4000, 2000)],
    ['order_not_captured', 1001, held(3000, 2000)],
    ['order_not_paid', 2000, held(0, 0)],
    ['order_not_paid', 2000, held(2000, 2000, 2000)],
    ['order_not_paid', 2000, held(1000, 1000)],
    ['order_not_paid', 0, held(0, 0)],
    ['refund_in_progress', 1000, { ...held(2000, 2000), refundPending: 1 }],
    ['refund_in_progress', 1000, { ...held(2000, 0), voidPending: 2000 }],
    ['order_disputed', 1000, { ...held(2000, 2000), disputedAmount: 1 }],
    ['order_disputed', 1000, { ...held(2000, 2000), chargedBackAmount: 1 }],
    ['order_disputed', 1000, { ...held(4000, 4000), chargedBackAmount: 2000 }],
  ])('not: %s, goods of %i with %j', (code, goods, money) => {
    expect(refusalOf(money, goods, false)).toBe(code);
  });

  it.each<[string | undefined, number, Partial<OrderHeader>]>([
    [undefined, 2000, { ...held(2000, 2000), disputedAmount: 2000 }],
    [undefined, 2000, { ...held(2000, 2000), chargedBackAmount: 2000 }],
    ['order_not_captured', 2000, { ...held(2000, 1000), disputedAmount: 500 }],
    ['order_not_paid', 2000, { ...held(2000, 2000, 1000), chargedBackAmount: 1000 }],
    ['refund_in_progress', 2000, { ...held(2000, 2000), disputedAmount: 500, refundPending: 500 }],
  ])('with an override of the dispute: %s, goods of %i with %j', (code, goods, money) => {
    expect(refusalOf(money, goods, true)).toBe(code);
  });
});
