import { describe, expect, it } from 'vitest';
import { Leases } from './leases.js';

const LENGTH = 60_000;

/** Counts for all processes, as Redis does. */
function shared() {
  let hits = 0;
  return (count: number) => ({ hits: (hits += count), endsInMs: LENGTH });
}

/** One request against a limit; answers its place in the window. */
function request(leases: Leases, redis: ReturnType<typeof shared>, limit: number): number {
  const spent = leases.spend(['key']);
  if (spent) return spent[0]!.hits;
  const count = leases.toCount('key', limit);
  return leases.keep('key', redis(count), count).hits;
}

describe('Leases', () => {
  it('give every request its own place, with far fewer questions', () => {
    const [leases, counted] = [new Leases(() => 0), shared()];
    let questions = 0;
    const redis = (count: number) => (questions++, counted(count));
    const places = Array.from({ length: 1000 }, () => request(leases, redis, 10_000));
    expect(places).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    expect(questions).toBeLessThan(20);
  });

  it('never let two processes together pass more than the limit, and waste a hundredth of it at most', () => {
    const [one, two, redis] = [new Leases(() => 0), new Leases(() => 0), shared()];
    const places = Array.from({ length: 2000 }, (_, n) => request(n % 3 ? one : two, redis, 1000));
    const passed = places.filter((place) => place <= 1000);
    expect(new Set(passed).size).toBe(passed.length);
    expect(passed.length).toBeGreaterThanOrEqual(990);
  });

  it('count small limits one by one', () => {
    const [leases, redis] = [new Leases(() => 0), shared()];
    for (let n = 0; n < 150; n++) {
      expect(leases.spend(['key'])).toBeUndefined();
      expect(leases.toCount('key', 100)).toBe(1);
      request(leases, redis, 100);
    }
  });

  it('waste nothing when another key of the request has no lease', () => {
    const [leases, redis] = [new Leases(() => 0), shared()];
    const places = Array.from({ length: 500 }, () => {
      const count = leases.toCount('key', 1000);
      return leases.keep('key', redis(count), count).hits;
    });
    expect(places).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    expect(redis(0).hits).toBeLessThanOrEqual(510);
  });

  it('end with their window', () => {
    let now = 0;
    const [leases, redis] = [new Leases(() => now), shared()];
    for (let n = 0; n < 3; n++) request(leases, redis, 10_000);
    expect(leases.spend(['key'])).toBeDefined();
    now = LENGTH;
    expect(leases.spend(['key'])).toBeUndefined();
    expect(leases.toCount('key', 10_000)).toBe(1);
  });
});
