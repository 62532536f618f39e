import { expect, it } from 'vitest';
import { ShopTurns } from './shop-turns.js';

/** Gives turns as a worker does, with a clock of its own; looks every three seconds. */
function workerOf(places: number) {
  let now = 0;
  const turns = new ShopTurns(places, () => now);
  const running = new Set<string>();
  const begun: string[] = [];
  const look = (
    shops: readonly string[],
    changed: readonly string[] = shops,
    workedAgoMs?: ReadonlyMap<string, number>,
  ) => {
    const { begin, end } = turns.next(shops, [...running], new Set(changed), workedAgoMs);
    for (const slug of end) running.delete(slug);
    for (const slug of begin) running.add(slug);
    begun.push(...begin);
    now += 3000;
    return [...running];
  };
  return { look, begun };
}

it('all run while there are places', () => {
  const { look, begun } = workerOf(3);
  expect(look(['a', 'b'])).toEqual(['a', 'b']);
  for (let count = 0; count < 20; count += 1) expect(look(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
  expect(begun).toEqual(['a', 'b', 'c']);
});

it('each of many gets its turn before any gets another', () => {
  const shops = ['a', 'b', 'c', 'd', 'e'];
  const { look, begun } = workerOf(2);
  for (let count = 0; count < 60; count += 1) expect(look(shops).length).toBeLessThanOrEqual(2);
  expect(begun.length).toBeGreaterThan(10);
  for (let from = 0; from + 5 <= begun.length; from += 5) expect(begun.slice(from, from + 5).toSorted()).toEqual(shops);
});

it('a shop that is gone leaves its place', () => {
  const { look, begun } = workerOf(1);
  look(['a', 'b']);
  for (let count = 0; count < 10; count += 1) look(['b']);
  expect(begun).toEqual(['a', 'b']);
});

it('those that changed share the places, and each of the others has one turn in an hour', () => {
  const shops = ['a', 'b', 'c', 'd', 'e'];
  const { look, begun } = workerOf(1);
  for (let seconds = 0; seconds < 3500; seconds += 3) look(shops, ['d', 'e']);
  const times = (slug: string) => begun.filter((one) => one === slug).length;
  expect(shops.map((slug) => times(slug) === 1)).toEqual([true, true, true, false, false]);
  expect(Math.abs(times('d') - times('e'))).toBeLessThanOrEqual(1);
  for (let seconds = 0; seconds < 3600; seconds += 3) look(shops, ['d', 'e']);
  expect(['a', 'b', 'c'].map(times)).toEqual([2, 2, 2]);
});

it('without changes nobody keeps a place', () => {
  const { look } = workerOf(2);
  for (let count = 0; count < 60; count += 1) look(['a', 'b', 'c'], []);
  expect(look(['a', 'b', 'c'], [])).toEqual([]);
});

const minutes = (count: number) => count * 60_000;

it('the hour of a quiet shop goes on in the next worker', () => {
  const worked = new Map([
    ['a', minutes(1)],
    ['b', minutes(59)],
    ['c', minutes(61)],
  ]);
  const { look, begun } = workerOf(1);
  for (let seconds = 0; seconds < 300; seconds += 3) look(['a', 'b', 'c'], [], worked);
  expect(begun).toEqual(['c', 'b']);
});
