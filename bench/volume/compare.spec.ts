import { expect, test } from 'vitest';
import { compare } from './compare.js';

test('every operation runs on both sides in turn, and what is prepared reaches it', async () => {
  const seen: string[] = [];
  const operation = {
    name: 'placing',
    prepare: (side: string) => Promise.resolve(`for ${side}`),
    run: (side: string, prepared: string) => Promise.resolve(seen.push(`${side} ${prepared}`)),
  };
  const costs = await compare([operation], { empty: 'a', full: 'b' }, 10);
  expect(seen).toHaveLength(22);
  expect(seen.slice(0, 4)).toEqual(['a for a', 'b for b', 'b for b', 'a for a']);
  expect(costs.map(({ name }) => name)).toEqual(['placing']);
});

const busyFor = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
  return Promise.resolve();
};

test('the ratio is that of the medians', async () => {
  const [cost] = await compare([{ name: 'work', run: busyFor }], { empty: 2, full: 30 }, 5);
  expect(cost!.fullMs).toBeGreaterThan(cost!.emptyMs);
  expect(cost!.ratio).toBe(cost!.fullMs / cost!.emptyMs);
});
