import { expect, it } from 'vitest';
import { SendQueues } from './send-queues.js';

it('A queue of a provider is busy when 64 calls wait, holds 128 of them, and leaves out the rest', async () => {
  const queues = new SendQueues();
  let called = 0;
  const { promise: given, resolve: letGo } = Promise.withResolvers<void>();
  const add = (provider: string, count: number) => {
    for (let n = 0; n < count; n++)
      queues.add(provider, async () => {
        called += 1;
        await given;
      });
  };
  add('slow', 8 + 63);
  expect(queues.busy()).toEqual([]);
  add('slow', 1);
  expect(queues.busy()).toEqual(['slow']);
  add('slow', 1000);
  add('other', 1);
  await expect.poll(() => called).toBe(8 + 1);
  letGo();
  await queues.idle();
  expect([called, queues.busy()]).toEqual([8 + 128 + 1, []]);
});
