import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GroupCommit } from './group-commit.js';

const PATIENCE_MS = 4;

let groups: number[][];
let commit: GroupCommit<number, number>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
  groups = [];
  commit = new GroupCommit((items) => {
    groups.push([...items]);
    return Promise.resolve(items.map((item) => Promise.resolve(item)));
  }, PATIENCE_MS);
});
afterEach(() => void vi.useRealTimers());

/** Items of a busy moment, so that as many are expected next time. */
async function busyWith(count: number): Promise<void> {
  for (let item = 1; item <= count; item += 1) void commit.join(item, 'kind');
  await vi.advanceTimersByTimeAsync(1);
  groups = [];
}

/** Items that come one after the other. */
async function come(count: number, everyMs: number): Promise<void> {
  for (let item = 1; item <= count; item += 1) {
    void commit.join(item, 'kind');
    await vi.advanceTimersByTimeAsync(everyMs);
  }
}

describe('A group', () => {
  it('of one leaves at once when it is quiet', async () => {
    await come(1, 0);
    expect(groups).toEqual([[1]]);
  });

  it('leaves with its last member when everybody who was here lately has come', async () => {
    await busyWith(3);
    await come(3, 2);
    expect(groups).toEqual([[1, 2, 3]]);
  });

  it('waits while others still come, each less than 4 ms after the one before', async () => {
    await busyWith(4);
    await come(4, 3);
    expect(groups).toEqual([[1, 2, 3, 4]]);
  });

  it('leaves without who does not come within 4 ms', async () => {
    await busyWith(4);
    await come(2, 3);
    expect(groups).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(groups).toEqual([[1, 2]]);
  });

  it('leaves after 16 ms although others still come', async () => {
    await busyWith(8);
    await come(7, 3);
    expect(groups[0]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
