import { register } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { type Combined, forgetShop, gauge } from './gauge.js';
import { currentShop, inShop } from './shop-scope.js';

const scrape = async () => (await register.metrics()).split('\n').filter((line) => line.startsWith('test_'));

describe('gauge', () => {
  it('shows what is measured at each scrape', async () => {
    let value = 1;
    gauge('test_measured', 'Counts scrapes.', ['kind'], (set) => set({ kind: 'a' }, value++));
    expect(await scrape()).toEqual(['test_measured{kind="a"} 1']);
    expect(await scrape()).toEqual(['test_measured{kind="a"} 2']);
    register.removeSingleMetric('test_measured');
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no database'))],
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['hangs', () => new Promise<void>(() => {})],
  ])('says nothing, rather than 0, where measuring %s, and leaves the others alone', async (_, measure) => {
    gauge('test_broken', "Can't be measured.", [], measure);
    gauge('test_sound', 'Can be measured.', [], (set) => set({}, 7));
    expect(await scrape()).toEqual(['test_sound 7']);
    for (const name of ['test_broken', 'test_sound']) register.removeSingleMetric(name);
  });

  it('belongs to the last that registered its name', async () => {
    gauge('test_twice', 'Once.', [], (set) => set({}, 1));
    gauge('test_twice', 'And again.', [], (set) => set({}, 2));
    expect(await scrape()).toEqual(['test_twice 2']);
    register.removeSingleMetric('test_twice');
  });
});

function inEach(values: Readonly<Record<string, number>>, combined?: Combined): void {
  for (const [shop, value] of Object.entries(values))
    inShop(shop, () => gauge('test_shops', 'Of shops.', ['kind'], (set) => set({ kind: 'a' }, value), combined));
}
const addPart = (kind: string) => gauge('test_shops', 'Of shops.', ['kind'], (set) => set({ kind }, 9), 'sum', kind);

describe('gauges of several shops', () => {
  afterEach(() => {
    for (const shop of ['default', 'north', 'south']) forgetShop(shop);
  });

  it.each<[Combined, number]>([
    ['sum', 6],
    ['min', 1],
    ['max', 3],
  ])('combine values of equal labels by %s', async (combined, expected) => {
    inEach({ default: 2, north: 1, south: 3 }, combined);
    expect(await scrape()).toEqual([`test_shops{kind="a"} ${expected}`]);
  });

  it('are added up where nothing else is said, and keep other labels apart', async () => {
    inEach({ default: 2, north: 1 });
    inShop('south', () => gauge('test_shops', 'Of shops.', ['kind'], (set) => set({ kind: 'b' }, 5)));
    expect(await scrape()).toEqual(['test_shops{kind="a"} 3', 'test_shops{kind="b"} 5']);
  });

  it('count the last value of equal labels that one shop sets', async () => {
    gauge('test_shops', 'Of shops.', [], (set) => [0, 4].forEach((value) => set({}, value)));
    expect(await scrape()).toEqual(['test_shops 4']);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('no database'))],
    ['hangs', () => new Promise<void>(() => {})],
  ])('hide only the shop in which measuring %s', async (_, measure) => {
    inEach({ default: 2, south: 3 });
    inShop('north', () => gauge('test_shops', 'Of shops.', ['kind'], measure));
    expect(await scrape()).toEqual(['test_shops{kind="a"} 5']);
  });

  it('take no longer together than one that hangs', async () => {
    for (let n = 0; n < 50; n++)
      inShop(`shop-${n}`, () => gauge('test_shops', 'Of shops.', [], () => new Promise(() => {})));
    const began = performance.now();
    await scrape();
    expect(performance.now() - began).toBeLessThan(5000);
    for (let n = 0; n < 50; n++) forgetShop(`shop-${n}`);
  });

  it('belong to the last that registered their name, or their part, in the same shop', async () => {
    inEach({ default: 1, north: 2 });
    inEach({ north: 5 });
    expect(await scrape()).toEqual(['test_shops{kind="a"} 6']);
    for (const kind of ['b', 'c', 'c']) inShop('north', () => addPart(kind));
    expect(await scrape()).toEqual(['test_shops{kind="a"} 6', 'test_shops{kind="b"} 9', 'test_shops{kind="c"} 9']);
  });

  it('belong to the shop that a timer was begun in', async () => {
    await inShop('north', async () => {
      await new Promise(setImmediate);
      gauge('test_shops', 'Of shops.', [], (set) => set({}, currentShop() === 'north' ? 1 : 0));
    });
    expect(await scrape()).toEqual(['test_shops 1']);
    expect(currentShop()).toBeUndefined();
  });

  it('go with their shop', async () => {
    inEach({ default: 2, north: 1 });
    forgetShop('north');
    expect(await scrape()).toEqual(['test_shops{kind="a"} 2']);
    forgetShop('default');
    expect(register.getSingleMetric('test_shops')).toBeUndefined();
  });
});
