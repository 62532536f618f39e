import { describe, expect, it } from 'vitest';
import { pauseAfter } from './pace.js';

describe('pauseAfter', () => {
  it.each([
    [0, 10],
    [2, 18],
    [10, 90],
    [1000, 250],
  ])('rests after %d ms of work for %d ms, so that a busy loop gathers more for each round', (tookMs, pause) =>
    expect(pauseAfter({ foundWork: true, tookMs }, 250)).toBe(pause),
  );

  it('rests longer where the process has loops of several busy shops, so that together they work as much as one', () => {
    expect(pauseAfter({ foundWork: true, tookMs: 2 }, 250, 8)).toBe(158);
    expect(pauseAfter({ foundWork: true, tookMs: 10 }, 250, 8)).toBe(250);
  });

  it('waits longer each time that there is no work, up to a quarter of a second', () => {
    const pauses = [0];
    for (let round = 0; round < 7; round += 1) {
      pauses.push(pauseAfter({ foundWork: false, tookMs: 100 }, pauses.at(-1)!));
    }
    expect(pauses.slice(1)).toEqual([10, 20, 40, 80, 160, 250, 250]);
  });
});
