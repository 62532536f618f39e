import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { gauge } from './gauge.js';

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
