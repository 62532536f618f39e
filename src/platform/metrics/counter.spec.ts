import { register } from 'prom-client';
import { expect, it } from 'vitest';
import { combinationsOf, counter } from './counter.js';

it('shows 0 for every combination of its labels, before anything was counted', async () => {
  const made = counter('test_things_total', 'Things.', { kind: ['a', 'b'], outcome: ['done', 'failed'] });
  made.inc({ kind: 'b', outcome: 'failed' });
  const lines = (await register.metrics()).split('\n').filter((line) => line.startsWith('test_things'));
  expect(lines).toEqual([
    'test_things_total{kind="a",outcome="done"} 0',
    'test_things_total{kind="a",outcome="failed"} 0',
    'test_things_total{kind="b",outcome="done"} 0',
    'test_things_total{kind="b",outcome="failed"} 1',
  ]);
  register.removeSingleMetric('test_things_total');
});

it('has one series without labels', () => {
  expect(combinationsOf({})).toEqual([{}]);
});
