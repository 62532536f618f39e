import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { concurrently } from './concurrently.js';

it('answers in the order of the items and runs no more than the limit at once', async () => {
  let running = 0;
  let most = 0;
  const results = await concurrently([5, 1, 4, 2, 3], 2, async (item) => {
    most = Math.max(most, (running += 1));
    for (let turn = 0; turn < item; turn += 1) await setImmediate();
    running -= 1;
    return item * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

it('starts nothing after a failure, and throws it once the running ones have ended', async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    if (item === 1) throw new Error('one');
    await setImmediate();
    ended.push(item);
  };
  await expect(concurrently([0, 1, 2, 3], 2, work)).rejects.toThrow('one');
  expect(ended).toEqual([0]);
});
