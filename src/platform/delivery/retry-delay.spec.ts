import { describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS, retryDelay } from './retry-delay.js';

const attempts = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => index + 1);

describe('retryDelay', () => {
  it('starts at seconds and doubles', () => {
    expect([1, 2, 3].map((attempt) => retryDelay(attempt, 0.5))).toEqual([5, 10, 20]);
  });

  it('spreads by a quarter either way', () => {
    expect(retryDelay(1, 0)).toBe(3.75);
    expect(retryDelay(1, 0.9999)).toBeCloseTo(6.25, 2);
  });

  it('goes on for about a day', () => {
    const hours = attempts.reduce((sum, attempt) => sum + retryDelay(attempt, 0.5)!, 0) / 3600;
    expect(hours).toBeGreaterThan(20);
    expect(hours).toBeLessThan(28);
  });

  it('ends after the last attempt', () => {
    expect(retryDelay(MAX_ATTEMPTS - 1, 0)).toBeDefined();
    expect(retryDelay(MAX_ATTEMPTS, 0)).toBeUndefined();
  });
});
