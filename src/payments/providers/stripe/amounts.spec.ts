import { describe, expect, it } from 'vitest';
import { fromStripe, toStripe, whyNotAtStripe } from './amounts.js';

describe('amounts at Stripe', () => {
  it.each([
    ['EUR', 1999, 1999],
    ['JPY', 500, 500],
    ['HUF', 1045, 1045],
    ['TWD', 80045, 80045],
    ['KWD', 5120, 5120],
    ['ISK', 5, 500],
    ['MGA', 500, 5],
    ['EUR', 999_999_999_999, 999_999_999_999],
  ])('%s %d is %d there, and back', (currency, amount, atStripe) => {
    expect(whyNotAtStripe(amount, currency)).toBeNull();
    expect(toStripe(amount, currency)).toBe(atStripe);
    expect(fromStripe(atStripe, currency.toLowerCase())).toEqual({ amount, currency });
  });

  it.each([
    ['KWD', 5124, 'amount_not_supported'],
    ['MGA', 550, 'amount_not_supported'],
    ['UGX', 500, 'currency_not_supported'],
  ])('%s %d is refused rather than rounded', (currency, amount, code) => {
    expect(whyNotAtStripe(amount, currency)).toBe(code);
  });
});
