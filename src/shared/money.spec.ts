import { describe, expect, it } from 'vitest';
import { exponentOf, formatMoney, isAmount, isCurrency, MAX_AMOUNT } from './money.js';

describe('money', () => {
  it.each([
    [{ amount: 1999, currency: 'EUR' }, '19.99 EUR'],
    [{ amount: 5, currency: 'GBP' }, '0.05 GBP'],
    [{ amount: 5, currency: 'JPY' }, '5 JPY'],
    [{ amount: 12345, currency: 'KWD' }, '12.345 KWD'],
    [{ amount: 0, currency: 'USD' }, '0.00 USD'],
  ])('%o reads %s', (money, text) => {
    expect(formatMoney(money)).toBe(text);
  });

  it.each([0, 1, MAX_AMOUNT])('takes %d', (amount) => expect(isAmount(amount)).toBe(true));
  it.each([-1, 0.5, MAX_AMOUNT + 1, Number.NaN, Infinity, 2 ** 53])('refuses %d', (amount) =>
    expect(isAmount(amount)).toBe(false),
  );

  it.each(['EUR', 'GBP', 'JPY', 'KWD'])('knows %s', (code) => expect(isCurrency(code)).toBe(true));
  it.each(['eur', 'EURO', 'XXX', 'XAU', 'ZZZ', ''])('does not know %s', (code) => expect(isCurrency(code)).toBe(false));

  it('knows exponents 0, 2 and 3', () => {
    expect(['JPY', 'EUR', 'KWD'].map(exponentOf)).toEqual([0, 2, 3]);
  });
});
