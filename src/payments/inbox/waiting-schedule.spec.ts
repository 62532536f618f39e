import { describe, expect, it } from 'vitest';
import { nextLook } from './waiting-schedule.js';

const now = new Date('2026-11-22T12:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

describe('a webhook that waits', () => {
  it.each([
    [1, '2026-11-22T12:01:00.000Z'],
    [2, '2026-11-22T12:05:00.000Z'],
    [4, '2026-11-22T14:00:00.000Z'],
    [5, '2026-11-22T18:00:00.000Z'],
    [50, '2026-11-22T18:00:00.000Z'],
  ])('is looked at again, after %d looks at %s', (attempts, at) => {
    expect(nextLook(attempts, null, now)?.toISOString()).toBe(at);
  });

  it('is given up after three days, and no sooner', () => {
    expect(nextLook(20, ago(71.9), now)).toBeDefined();
    expect(nextLook(20, ago(72.1), now)).toBeUndefined();
  });
});
