import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Logger } from '../logging/index.js';
import { inShop } from '../metrics/index.js';
import { busyShops, forgetChanges, hearOfChanges, isQuiet, noteChange, onChange } from './activity.js';
import { PeriodicJob } from './periodic-job.js';

let isHearing: boolean;
beforeEach(() => {
  vi.useFakeTimers();
  isHearing = true;
  hearOfChanges(() => isHearing);
});
afterEach(() => {
  forgetChanges('north');
  hearOfChanges(() => false);
  vi.useRealTimers();
});

const HALF_A_MINUTE = 30_000;

/** How many times a job of the shop runs in a minute in which it ticks four times a second. */
async function runsInAMinute(shop: string | undefined): Promise<number> {
  let runs = 0;
  const job = inShop(shop, () => new PeriodicJob('count', {} as Logger, () => Promise.resolve(void (runs += 1))));
  for (let tick = 0; tick < 240; tick += 1) {
    await job.tick();
    vi.advanceTimersByTime(250);
  }
  return runs;
}

describe('A further shop', () => {
  it('is quiet half a minute after its last change', () => {
    noteChange('north');
    vi.advanceTimersByTime(HALF_A_MINUTE - 1);
    expect([isQuiet('north'), busyShops()]).toEqual([false, 2]);
    vi.advanceTimersByTime(1);
    expect([isQuiet('north'), busyShops()]).toEqual([true, 1]);
    noteChange('north');
    expect(isQuiet('north')).toBe(false);
  });

  it('is never quiet while nobody would hear that it changes', () => {
    isHearing = false;
    expect(isQuiet('north')).toBe(false);
  });

  it('wakes what sleeps in it when it changes, and nothing in others', () => {
    const woken: string[] = [];
    const ignore = inShop('north', () => onChange(() => void woken.push('north')));
    inShop('south', () => onChange(() => void woken.push('south')));
    noteChange('north');
    noteChange('north');
    expect(woken).toEqual(['north']);
    vi.advanceTimersByTime(HALF_A_MINUTE);
    ignore();
    noteChange('north');
    expect(woken).toEqual(['north']);
  });
});

it('The default shop is never quiet', () => {
  noteChange();
  vi.advanceTimersByTime(HALF_A_MINUTE);
  expect(isQuiet()).toBe(false);
});

describe('A periodic job', () => {
  it('runs at each tick in the default shop, and in a further one that changes', async () => {
    expect(await runsInAMinute(undefined)).toBe(240);
    isHearing = false;
    expect(await runsInAMinute('north')).toBe(240);
  });

  it('runs every five seconds or so in a quiet shop, and at the first tick after a change', async () => {
    const runs = await runsInAMinute('north');
    expect(runs).toBeGreaterThanOrEqual(9);
    expect(runs).toBeLessThanOrEqual(15);
    noteChange('north');
    expect(await runsInAMinute('north')).toBeGreaterThanOrEqual(120);
  });
});
