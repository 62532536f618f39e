import { describe, expect, test } from 'vitest';
import { latencyOf, mean, median, percentile } from './latency.js';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe('percentile, by nearest rank', () => {
  test.each([
    [0, 1],
    [0.01, 1],
    [0.5, 50],
    [0.501, 51],
    [0.99, 99],
    [1, 100],
  ])('share %d of 1 to 100 is %d', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });

  test('of one value is that value', () => {
    expect(percentile([7], 0.99)).toBe(7);
  });

  test('of nothing is not a number', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

test('latencyOf sorts by size, not by spelling', () => {
  expect(latencyOf([100, 9, 20])).toEqual({ p50: 20, p99: 100 });
});

test('median takes the lower of the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2);
});

test('mean', () => {
  expect(mean([1, 2, 6])).toBe(3);
});
