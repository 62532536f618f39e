import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { applyMoney, due, isCovered, noMoney, owed, unpaid } from './order-money.js';
import { orderStatuses } from './order-state.js';

const order = (status: (typeof orderStatuses)[number], given: object = {}) =>
  frozen({ ...noMoney, total: 1000, status, ...given });
const paid = (amount: number) => ({ authorizedAmount: amount, capturedAmount: amount });
const refund = (given: ReturnType<typeof order>, amount: number) => applyMoney(given, { refunded: amount });

describe('An order over 1,000 is covered', () => {
  it.each([
    [true, paid(1000)],
    [true, { authorizedAmount: 1000 }],
    [false, paid(999)],
    [false, { ...paid(1000), refundedAmount: 1 }],
    [false, { ...paid(1000), refundPending: 1 }],
    [false, { ...paid(1000), disputedAmount: 1 }],
    [false, { ...paid(1000), chargedBackAmount: 1 }],
    [false, { authorizedAmount: 1000, voidPending: 1 }],
    [true, { ...paid(1600), refundPending: 600 }],
  ])('%s with %j', (covered, amounts) => {
    expect(isCovered(order('pending', amounts))).toBe(covered);
  });
});

describe('What is still to be paid', () => {
  it.each([
    [1000, order('pending')],
    [400, order('pending', paid(600))],
    [1000, order('pending', { ...paid(600), refundedAmount: 600 })],
    // It may be refused, and then the shop would have charged 1,600.
    [400, order('pending', { ...paid(600), refundPending: 600 })],
    [400, order('pending', { ...paid(600), disputedAmount: 600 })],
    [1000, order('pending', { ...paid(600), chargedBackAmount: 600 })],
    [0, order('confirmed', { ...paid(1000), refundedAmount: 300, agreedAmount: 700 })],
    [1000, order('confirmed')],
    [0, order('cancelled')],
  ])('is %d of %j', (left, amounts) => {
    expect(unpaid(amounts)).toBe(left);
  });
});

describe('What is owed back', () => {
  it.each([
    [0, order('pending', paid(600))],
    [0, order('confirmed', paid(1000))],
    [600, order('confirmed', paid(1600))],
    [0, order('confirmed', { ...paid(1600), refundPending: 600 })],
    [0, order('confirmed', { ...paid(1600), refundedAmount: 600 })],
    [600, order('confirmed', { authorizedAmount: 1600 })],
    [200, order('confirmed', { authorizedAmount: 1600, voidPending: 400 })],
    [500, order('completed', { ...paid(1200), refundedAmount: 0, agreedAmount: 700 })],
    [1000, order('cancelled', paid(1000))],
    [1000, order('expired', { authorizedAmount: 1000 })],
    [300, order('cancelled', { ...paid(1000), refundPending: 700 })],
    // The bank decides who gets that; a lost dispute is money that went back.
    [400, order('cancelled', { ...paid(1000), disputedAmount: 600 })],
    [400, order('cancelled', { ...paid(1000), chargedBackAmount: 600 })],
  ])('is %d of %j', (amount, amounts) => {
    expect(owed(amounts)).toBe(amount);
  });
});

describe('A refund', () => {
  it('of a paid order lowers what it may keep, so that it is not asked for again', () => {
    const after = refund(order('confirmed', paid(1000)), 300);
    expect({ due: due(after), unpaid: unpaid(after), owed: owed(after) }).toEqual({ due: 700, unpaid: 0, owed: 0 });
  });

  it('of a pending order is to be paid anew', () => {
    const after = refund(order('pending', paid(600)), 600);
    expect({ due: due(after), unpaid: unpaid(after) }).toEqual({ due: 1000, unpaid: 1000 });
  });

  it('of what was too much leaves the order its total', () => {
    expect(due(refund(order('confirmed', paid(1600)), 600))).toBe(1000);
    expect(due(refund(order('confirmed', paid(1600)), 700))).toBe(900);
  });

  it('that came before lines were cancelled counts for them', () => {
    const after = { ...refund(order('confirmed', paid(1000)), 500), total: 500 };
    expect({ due: due(after), owed: owed(after) }).toEqual({ due: 500, owed: 0 });
    const more = { ...refund(order('confirmed', paid(1000)), 300), total: 500 };
    expect({ due: due(more), owed: owed(more) }).toEqual({ due: 500, owed: 200 });
  });

  it('beside a lost dispute lowers what the order may keep by itself alone', () => {
    expect(due(refund(order('confirmed', { ...paid(1000), chargedBackAmount: 400 }), 200))).toBe(800);
  });
});
