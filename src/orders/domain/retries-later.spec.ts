import { expect, it } from 'vitest';
import { RetriesLater } from './retries-later.js';

const SECOND = 1000;

it('What failed is left alone for 10 s, then twice as long each time, up to 10 minutes', () => {
  const later = new RetriesLater<string>();
  let now = 0;
  for (const seconds of [10, 20, 40, 80, 160, 320, 600, 600]) {
    later.failed('a', now);
    expect(later.waiting(now + seconds * SECOND - 1)).toEqual(['a']);
    now += seconds * SECOND;
    expect(later.waiting(now)).toEqual([]);
  }
});

it('What did not fail for as long as the longest pause begins anew', () => {
  const later = new RetriesLater<string>();
  later.failed('a', 0);
  later.failed('a', 0);
  later.waiting(621 * SECOND);
  later.failed('a', 621 * SECOND);
  expect(later.waiting(631 * SECOND)).toEqual([]);
});
