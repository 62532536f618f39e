import { afterEach, describe, expect, it, vi } from 'vitest';
import { uuidv7, uuidv7At } from './uuid.js';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (uuid: string) => Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
const many = (count: number) => Array.from({ length: count }, () => uuidv7());

const time = vi.hoisted(() => ({ now: 1_800_000_000_000 }));
vi.mock('./steady-time.js', () => ({ steadyNow: () => time.now + 0.999 }));
afterEach(() => void (time.now += 1e6));

describe('a UUIDv7', () => {
  it('has the version, the variant and the time of RFC 9562', () => {
    const uuid = uuidv7();
    expect(uuid).toMatch(FORM);
    expect(timeOf(uuid)).toBe(time.now);
  });

  it('is greater than the one before, when more are made in a millisecond than the counter holds', () => {
    const uuids = many(10_000);
    expect(uuids.toSorted()).toEqual(uuids);
    expect(new Set(uuids).size).toBe(10_000);
    expect(uuids.every((uuid) => FORM.test(uuid))).toBe(true);
    // A counter that starts below half leaves room for 2,048 ids at least, so 10,000 take four milliseconds at most ahead.
    expect(timeOf(uuids.at(-1)!) - time.now).toBeLessThanOrEqual(4);
  });

  it('is greater than the one before, when the clock goes back', () => {
    const before = uuidv7();
    time.now -= 5000;
    expect(uuidv7() > before).toBe(true);
    time.now += 5001;
    expect(timeOf(uuidv7())).toBe(time.now);
  });

  it('starts each millisecond somewhere else, so that ids tell nothing of how many there are', () => {
    const starts = Array.from({ length: 100 }, () => {
      time.now += 1;
      return uuidv7().slice(15, 18);
    });
    expect(new Set(starts).size).toBeGreaterThan(80);
    expect(starts.every((start) => Number.parseInt(start, 16) < 0x800)).toBe(true);
  });

  it('has 62 random bits that each are 0 half of the time', () => {
    const tails = many(4000).map((uuid) => BigInt(`0x${uuid.slice(19).replaceAll('-', '')}`));
    const ones = Array.from({ length: 62 }, (_, bit) => tails.filter((tail) => (tail >> BigInt(bit)) & 1n).length);
    // Eight standard deviations of a fair coin: 8 * sqrt(4000) / 2 = 253.
    expect(ones.filter((count) => Math.abs(count - 2000) > 253)).toEqual([]);
  });

  it('can be made for another time', () => {
    expect(uuidv7At(1_645_557_742_000)).toMatch(FORM);
    expect(timeOf(uuidv7At(1_645_557_742_000))).toBe(1_645_557_742_000);
    expect(uuidv7At(0)).toMatch(FORM);
    expect(uuidv7At(0)).not.toBe(uuidv7At(0));
  });
});
