import { describe, expect, it } from 'vitest';
import { shareToRefuse } from './load-shedding.js';
import { queueDelay } from './loop-delay.js';
import { StandingDelay } from './standing-delay.js';

/** What the delay stands at after each of these samples. */
function after(...samples: readonly number[]): number[] {
  const delay = new StandingDelay();
  return samples.map((sample) => delay.add(sample));
}

describe('The share of refused requests', () => {
  it.each([
    [100, 0, 0, 0],
    [150, 0.5, 0, 0],
    [200, 1, 0, 0],
    [300, 1, 0.5, 0],
    [400, 1, 1, 0],
    [600, 1, 1, 0.5],
    [10_000, 1, 1, 1],
  ])(
    'at a delay of %d ms is %d for lists, %d for reading and %d for changes, and none for what is essential',
    (delay, list, read, write) => {
      const shares = (['list', 'read', 'write', 'essential'] as const).map((one) => shareToRefuse(delay, 100, one));
      expect(shares).toEqual([list, read, write, 0]);
    },
  );
});

describe('The standing delay', () => {
  it('is that of a queue that does not empty', () => {
    expect(after(300, 250, 400, 500)).toEqual([0, 0, 250, 250]);
  });

  it('is none for a single pause, however long', () => {
    expect(after(0, 0, 5000, 0, 0)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('The delay of the event loop', () => {
  it.each([
    [300, 1, 300],
    [300, 0.99, 300],
    [300, 0.9, 0],
    [-2, 1, 0],
  ])('that is %d ms late, and ran for %d of the time, is %d ms', (late, utilization, delay) => {
    expect(queueDelay(late, utilization)).toBe(delay);
  });
});
