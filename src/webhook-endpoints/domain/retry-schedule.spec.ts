import { expect, it } from 'vitest';
import { MAX_ATTEMPTS, readRetryAfter, retryDelay } from './retry-schedule.js';

it('tries ten times over 75 hours', () => {
  const waits = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => retryDelay(index + 1, undefined, 0)!);
  expect(MAX_ATTEMPTS).toBe(10);
  expect(waits.reduce((sum, wait) => sum + wait) / 3600).toBeCloseTo(75.6, 1);
  expect(retryDelay(MAX_ATTEMPTS, 60, 0)).toBeUndefined();
});

it.each([
  [1, undefined, 0, 5],
  [1, undefined, 0.999, 5.4995],
  [1, 60, 0, 60],
  [2, 60, 0, 300],
  [1, 999_999, 0, 86_400],
])('after attempt %s, asked for %s s, with %s: %s s', (attempt, retryAfter, random, delay) =>
  expect(retryDelay(attempt, retryAfter, random)).toBeCloseTo(delay),
);

const now = new Date('2026-11-29T12:00:00Z');
it.each([
  [undefined, undefined],
  ['120', 120],
  ['Sun, 29 Nov 2026 12:00:30 GMT', 30],
  ['Sun, 29 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
])('Retry-After: %s is %s', (header, seconds) => expect(readRetryAfter(header, now)).toBe(seconds));
