import { describe, expect, it } from 'vitest';
import { timeIn, truthIn } from './numbers.js';

describe('a time of the gateway', () => {
  it.each([
    ['2026-03-31T10:00:00Z', '2026-03-31T10:00:00.000Z'],
    ['2026-03-31T10:00:00', '2026-03-31T10:00:00.000Z'],
    ['2026-03-31T10:00:00.1234567', '2026-03-31T10:00:00.123Z'],
    ['2026-03-31T10:00:00+02:00', '2026-03-31T08:00:00.000Z'],
    ['2026-03-31T10:00:00-05:30', '2026-03-31T15:30:00.000Z'],
    ['2026-03-31T24:00:00', '2026-04-01T00:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, time) => {
    expect(timeIn(text)?.toISOString()).toBe(time);
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-03-31',
    '2026-03-31 10:00:00',
    '31.03.2026 10:00',
    '2026-03-31T25:00:00Z',
    '2026-03-31T10:00:00+15:00',
    '2026-03-31T10:00:00 CET',
    '1774951200',
    '',
  ])('is not %j', (text) => {
    expect(timeIn(text)).toBeUndefined();
  });
});

it('a truth value of the gateway is one of four words', () => {
  expect(['true', '1', 'false', '0'].map(truthIn)).toEqual([true, true, false, false]);
  expect(['yes', 'TRUE', '', 'constructor'].map(truthIn)).toEqual([undefined, undefined, undefined, undefined]);
});
