import { describe, expect, it } from 'vitest';
import { nextLook } from './retry-schedule.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a webhook that waits', () => {
  it.each([
    [1, MINUTE],
    [2, 5 * MINUTE],
    [4, 2 * HOUR],
    [5, 6 * HOUR],
    [50, 6 * HOUR],
  ])('is looked at again, after %d looks in %d ms', (attempts, inMs) => {
    expect(nextLook(attempts, null)).toBe(inMs);
  });

  it('is given up after three days, and no sooner', () => {
    expect(nextLook(20, 71.9 * HOUR)).toBe(6 * HOUR);
    expect(nextLook(20, 72.1 * HOUR)).toBeUndefined();
  });

  it('is looked at again after all workers stood still for days', () => {
    expect(nextLook(2, 192 * HOUR)).toBe(5 * MINUTE);
    expect(nextLook(8, 192 * HOUR)).toBeUndefined();
  });
});
