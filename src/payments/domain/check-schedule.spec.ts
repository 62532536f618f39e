import { expect, it } from 'vitest';
import { MAX_TRIES, nextCheck, triesAgainAfter } from './check-schedule.js';

it.each([
  [0, 5],
  [1, 30],
  [2, 300],
  [3, 3600],
  [4, 86_400],
  [100, 86_400],
])('after %d checks the next one is in %d s', (checks, seconds) => {
  expect(nextCheck(checks)).toBe(seconds * 1000);
});

it.each([
  [1, 5],
  [2, 30],
  [3, 300],
  [4, 3600],
])('what was refused %d times is tried again after %d s', (tries, seconds) => {
  expect(triesAgainAfter(tries)).toBe(seconds * 1000);
});

it('what was refused five times is left to people', () => {
  expect(MAX_TRIES).toBe(5);
});
