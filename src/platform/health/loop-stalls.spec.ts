import { describe, expect, it } from 'vitest';
import { LoopStalls } from './loop-watch.js';

/** The share of blocked time after these gaps between beats, in milliseconds. */
function after(...gaps: readonly number[]): number {
  const stalls = new LoopStalls(0);
  let now = 0;
  for (const gap of gaps) stalls.beat((now += gap));
  return stalls.share();
}
const times = (count: number, gap: number) => Array.from({ length: count }, () => gap);

describe('The watch on the event loop', () => {
  it('sees no stall in a loop that turns, or that works hard in short pieces', () => {
    expect(after(...times(300, 100))).toBe(0);
    expect(after(...times(100, 290))).toBe(0);
    expect(after(...times(40, 900))).toBe(0);
  });

  it('sees a loop that is blocked again and again', () => {
    expect(after(...times(15, 2000))).toBeCloseTo(0.95, 2);
    expect(after(...times(20, 1500))).toBeCloseTo(0.93, 2);
  });

  it('forgives one pause, however long', () => {
    expect(after(3_600_000)).toBeLessThan(0.4);
  });

  it('forgets what is longer ago than its window', () => {
    expect(after(...times(15, 2000), ...times(310, 100))).toBe(0);
  });
});
