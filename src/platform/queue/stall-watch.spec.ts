import { expect, it } from 'vitest';
import { StallWatch } from './stall-watch.js';

it('says after three seconds that jobs wait and none begins', () => {
  const watch = new StallWatch();
  expect([0, 1000, 2999, 3000, 9000].map((now) => watch.isStalled(2, now))).toEqual([false, false, false, true, true]);
});

it('is content while a job runs, however many wait', () => {
  const watch = new StallWatch();
  watch.began();
  expect([0, 5000].map((now) => watch.isStalled(20, now))).toEqual([false, false]);
  watch.ended();
  expect([5001, 8000, 8001].map((now) => watch.isStalled(20, now))).toEqual([false, false, true]);
});

it('is content while none waits', () => {
  const watch = new StallWatch();
  expect([0, 2000, 4000].map((now) => watch.isStalled(now === 2000 ? 0 : 1, now))).toEqual([false, false, false]);
});

it('is content again when a job begins', () => {
  const watch = new StallWatch();
  watch.isStalled(1, 0);
  expect(watch.isStalled(1, 3000)).toBe(true);
  watch.began();
  watch.ended();
  expect(watch.isStalled(1, 3001)).toBe(false);
});
