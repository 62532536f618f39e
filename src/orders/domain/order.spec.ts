import { describe, expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { paymentStatusOf } from './order.js';

const order = (
  authorizedAmount: number,
  capturedAmount: number,
  refundedAmount: number,
  disputedAmount = 0,
  chargedBackAmount = 0,
) =>
  frozen({
    total: 1000,
    authorizedAmount,
    capturedAmount,
    refundedAmount,
    disputedAmount,
    chargedBackAmount,
  });

describe('The payment status of an order over 1,000', () => {
  it.each([
    ['unpaid', order(0, 0, 0)],
    ['unpaid', order(999, 0, 0)],
    ['authorized', order(1000, 0, 0)],
    ['partially_paid', order(1000, 1, 0)],
    ['paid', order(1000, 1000, 0)],
    ['partially_refunded', order(1000, 1000, 1)],
    ['partially_refunded', order(500, 500, 499)],
    ['refunded', order(1000, 1000, 1000)],
    ['refunded', order(500, 500, 500)],
    ['paid', order(2000, 2000, 0)],
    ['paid', order(2000, 2000, 1000)],
    ['partially_refunded', order(2000, 2000, 1001)],
    ['refunded', order(2000, 2000, 2000)],
    ['disputed', order(1000, 1000, 0, 1000)],
    ['disputed', order(1000, 1000, 0, 1)],
    ['disputed', order(1000, 1000, 500, 100, 400)],
    ['charged_back', order(1000, 1000, 0, 0, 1000)],
    ['charged_back', order(1000, 1000, 400, 0, 600)],
    ['partially_charged_back', order(1000, 1000, 0, 0, 1)],
    ['partially_charged_back', order(1000, 1000, 400, 0, 599)],
    ['partially_charged_back', order(2000, 2000, 0, 0, 1000)],
  ])('is %s with %j', (status, amounts) => {
    expect(paymentStatusOf(amounts)).toBe(status);
  });
});
