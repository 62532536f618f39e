import { describe, expect, it } from 'vitest';
import { parsePrice, parseWhole } from './decimal.js';

describe('a price in pounds', () => {
  it.each([
    ['2.55', 255],
    ['27.5', 2750],
    ['10', 1000],
    ['.5', 50],
    ['7.', 700],
    ['0.0', 0],
    ['0.001', 0],
    ['0.004999', 0],
    ['0.005', 1],
    ['1.005', 101],
    ['8.345', 835],
    ['2.675', 268],
    ['1e-3', 0],
    ['1.5E+2', 15000],
    ['38970.00', 3897000],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
    ['-11062.06', -1106206],
    ['-0.001', 0],
  ])('%s is %d pence', (text, pence) => {
    expect(parsePrice(text)?.pence).toBe(pence);
  });

  it('is positive as written, before rounding', () => {
    expect(parsePrice('0.001')?.positive).toBe(true);
    expect(parsePrice('0.000')?.positive).toBe(false);
    expect(parsePrice('-2.55')?.positive).toBe(false);
  });

  it.each(['', '.', '-', 'e5', '1,50', '£2', 'NaN', '1.2.3', '0x10', '1e999', '90071992547409.92'])(
    'does not take %j for one',
    (text) => {
      expect(parsePrice(text)).toBeUndefined();
    },
  );
});

describe('a quantity', () => {
  it.each([
    ['6', 6],
    ['-12', -12],
    ['80995', 80995],
    ['6.0', 6],
  ])('%s is %d', (text, value) => {
    expect(parseWhole(text)).toBe(value);
  });

  it.each(['', '1.5', '1e3', 'six', '9007199254740993'])('does not take %j for one', (text) => {
    expect(parseWhole(text)).toBeUndefined();
  });
});
