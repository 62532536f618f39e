import { expect, it } from 'vitest';
import { nextCheck } from './check-schedule.js';

it.each([
  [0, 5],
  [1, 30],
  [2, 300],
  [3, 3600],
  [4, 86_400],
  [100, 86_400],
])('after %d checks the next one is in %d s', (checks, seconds) => {
  expect(nextCheck(checks, new Date(0)).getTime()).toBe(seconds * 1000);
});
