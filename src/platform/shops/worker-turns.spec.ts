import { register } from 'prom-client';
import { expect, it, vi } from 'vitest';
import type { ChangedShops } from './changed-shops.js';
import { RunningShops } from './running-shops.js';
import { WorkerTurns } from './worker-turns.js';

const SOON = { timeout: 5000, interval: 10 };

/** A worker with so many places; the start of `stuck` never ends. */
function workerOf(places: number, changed: readonly string[]) {
  const started: string[] = [];
  const prepare = async (slug: string) => async () => {
    started.push(slug);
    if (slug === 'stuck') await new Promise(() => undefined);
    return { drain: () => undefined, close: async () => undefined };
  };
  const running = new RunningShops(prepare, places, () => undefined);
  const worked: string[] = [];
  const times = async () => ({ changed: new Set(changed), workedAgoMs: new Map<string, number>() });
  const changes = { times, worked: (slug: string) => void worked.push(slug) } as unknown as ChangedShops;
  return { turns: new WorkerTurns({ running, places, changes: () => changes, isEnding: () => false }), started };
}

const longestWait = async () => Number(/^till_shop_turn_wait_seconds (\S+)$/m.exec(await register.metrics())?.[1]);

it('One that takes long to start holds up no other', async () => {
  const { turns, started } = workerOf(3, []);
  turns.look(['stuck', 'a', 'b']);
  await vi.waitFor(() => expect(started).toEqual(['stuck', 'a', 'b']), SOON);
});

it('Whoever has changes and no place counts as waiting, from when it was first seen so', async () => {
  const { turns, started } = workerOf(1, ['a', 'b']);
  expect(await longestWait()).toBe(0);
  turns.look(['a', 'b']);
  await vi.waitFor(() => expect(started).toHaveLength(1), SOON);
  await vi.waitFor(async () => expect(await longestWait()).toBeGreaterThan(0), SOON);
  const [before, after] = [await longestWait(), (turns.look(['a', 'b']), await longestWait())];
  expect(after).toBeGreaterThan(before);
  const { turns: idle } = workerOf(1, []);
  idle.look(['a', 'b']);
  await vi.waitFor(async () => expect(await longestWait()).toBe(0), SOON);
});
