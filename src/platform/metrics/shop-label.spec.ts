import { Histogram, register } from 'prom-client';
import { afterEach, expect, it, vi } from 'vitest';

/** The label is shown for the rest of a process: each test has modules of its own. */
async function fresh() {
  vi.resetModules();
  const { counter } = await import('./counter.js');
  const { showShops } = await import('./shop-label.js');
  const { gauge, forgetShop, inShop } = await import('./index.js');
  const things = counter('till_test_things_total', 'Things.', { kind: ['a', 'b'] });
  return { things, showShops, gauge, forgetShop, inShop };
}
const gauges = async () => (await scrape()).filter((line) => line.startsWith('till_test_gauge'));
const scrape = async () => (await register.metrics()).split('\n').filter((line) => line.startsWith('till_test_'));

afterEach(() => register.clear());

it('is nowhere before it is asked for', async () => {
  const { things, inShop, gauge } = await fresh();
  inShop('north', () => {
    things.inc({ kind: 'a' });
    gauge('till_test_gauge', 'Gauge.', [], (set) => set({}, 1));
  });
  expect(await scrape()).toEqual([
    'till_test_things_total{kind="a"} 1',
    'till_test_things_total{kind="b"} 0',
    'till_test_gauge 1',
  ]);
});

it('says of each series whose it is, those at 0 included, and keeps what was counted before', async () => {
  const { things, showShops, inShop } = await fresh();
  things.inc({ kind: 'a' });
  showShops(undefined);
  inShop('north', () => showShops('north'));
  things.inc({ kind: 'a' });
  inShop('north', () => things.inc({ kind: 'b' }, 2));
  inShop('default', () => things.inc({ kind: 'b' }));
  expect((await scrape()).toSorted()).toEqual([
    'till_test_things_total{kind="a",shop="default"} 2',
    'till_test_things_total{kind="a",shop="north"} 0',
    'till_test_things_total{kind="b",shop="default"} 1',
    'till_test_things_total{kind="b",shop="north"} 2',
  ]);
});

it('is the slug of a process that serves a further shop alone', async () => {
  const { showShops, gauge } = await fresh();
  gauge('till_test_gauge', 'Gauge.', [], (set) => set({}, 1));
  showShops('north');
  expect(await scrape()).toContain('till_test_gauge{shop="north"} 1');
});

it('is that of histograms too', async () => {
  const { showShops, inShop } = await fresh();
  const seconds = new Histogram({ name: 'till_test_seconds', help: 'Seconds.', labelNames: ['kind'], buckets: [1] });
  showShops(undefined);
  inShop('north', () => seconds.observe({ kind: 'a' }, 0.5));
  inShop('north', () => seconds.startTimer({ kind: 'a' })());
  expect(await scrape()).toContain('till_test_seconds_count{kind="a",shop="north"} 2');
});

it('keeps the gauges of shops apart, and they go with their shop', async () => {
  const { showShops, gauge, inShop, forgetShop } = await fresh();
  showShops(undefined);
  for (const shop of ['default', 'north'])
    inShop(shop, () => gauge('till_test_gauge', 'Gauge.', [], (set) => set({}, 1)));
  expect(await gauges()).toEqual(['till_test_gauge{shop="default"} 1', 'till_test_gauge{shop="north"} 1']);
  forgetShop('north');
  expect(await gauges()).toEqual(['till_test_gauge{shop="default"} 1']);
});
