import { describe, expect, it } from 'vitest';
import { MemoryWindows } from './memory-windows.js';

const LENGTH = 60_000;

describe('MemoryWindows', () => {
  it('counts each key by itself until its window ends, and then anew', () => {
    let now = 1000;
    const windows = new MemoryWindows(() => now);
    expect(windows.count('a', LENGTH)).toEqual({ hits: 1, endsInMs: LENGTH });
    now += 20_000;
    expect(windows.count('a', LENGTH)).toEqual({ hits: 2, endsInMs: 40_000 });
    expect(windows.count('b', LENGTH)).toEqual({ hits: 1, endsInMs: LENGTH });
    now += 39_999;
    expect(windows.count('a', LENGTH)).toEqual({ hits: 3, endsInMs: 1 });
    now += 1;
    expect(windows.count('a', LENGTH)).toEqual({ hits: 1, endsInMs: LENGTH });
  });

  it('forgets the oldest windows rather than grow without end', () => {
    const windows = new MemoryWindows(() => 0, 3);
    for (const key of ['a', 'b', 'c', 'd']) windows.count(key, LENGTH);
    expect(windows.count('b', LENGTH).hits).toBe(2);
    expect(windows.count('a', LENGTH).hits).toBe(1);
    expect(windows.count('c', LENGTH).hits).toBe(2);
  });
});
