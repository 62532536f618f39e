import { expect, test } from 'vitest';
import { Tally } from './tally.js';

test('measures what ends between begin and end, and counts the rest', () => {
  const tally = new Tally(['placing', 'paying']);
  tally.add([0, 1, 2]);
  tally.begin();
  tally.add([100, 110, 140]);
  tally.add([200, 230, 280]);
  tally.end();
  tally.add([0, 1, 2]);
  const { measured, done, latencyMs, stepLatencyMs } = tally.result();
  expect([measured, done]).toEqual([2, 4]);
  expect(latencyMs).toEqual({ p50: 40, p99: 80 });
  expect(stepLatencyMs).toEqual({ placing: { p50: 10, p99: 30 }, paying: { p50: 30, p99: 50 } });
});

test('counts errors by what they say, whenever they come', () => {
  const tally = new Tally([]);
  tally.addError('409');
  tally.begin();
  tally.addError('409');
  tally.addError('500');
  tally.end();
  expect(tally.result().errors).toEqual({ '409': 2, '500': 1 });
  expect(tally.errorCount).toBe(3);
});
