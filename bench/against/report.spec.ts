import { expect, test } from 'vitest';
import type { LoadResult } from '../load/tally.js';
import { complaints, summarise } from './report.js';

const load = (perSecond: number): LoadResult => ({
  measured: perSecond * 4,
  perSecond,
  latencyMs: { p50: 1, p99: 1 },
  stepLatencyMs: {},
  cpuMs: 0,
  done: perSecond * 4,
  errors: {},
});
const pair = (own: number, other: number) => ({
  this: { load: load(own), cpuMs: { api: own * 4 * 2 } },
  other: { load: load(other), cpuMs: { api: other * 4 } },
});

test('the ratio is the median of the pairs, and CPU time is per paid order', () => {
  const pairs = [pair(90, 100), pair(50, 100), pair(120, 100)];
  expect(summarise({ pairs, correct: { this: true, other: true } })).toEqual({
    median: 0.9,
    ratios: [0.9, 0.5, 1.2],
    perSecond: { this: 90, other: 100 },
    cpuMsPerPaidOrder: { this: { api: 2 }, other: { api: 1 } },
    correct: { this: true, other: true },
  });
});

test('a side whose database differs is named', () => {
  const summary = summarise({ pairs: [pair(90, 100)], correct: { this: true, other: false } });
  expect(complaints(summary)).toEqual([expect.stringContaining('"other"')]);
});
