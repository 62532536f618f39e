import { describe, expect, it } from 'vitest';
import { Overloaded, ConcurrencyLimit } from './concurrency-limit.js';

/** Work that ends when the test ends it. */
function pieces() {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const piece = (number: number) => () => {
    started.push(number);
    return new Promise<number>((resolve) => (ends[number] = () => resolve(number)));
  };
  return { started, piece, end: (number: number) => ends[number]!() };
}

describe('Turns', () => {
  it('starts as much at once as allowed, and the rest in order as places become free', async () => {
    const turns = new ConcurrencyLimit(2, 10);
    const { started, piece, end } = pieces();
    const all = [0, 1, 2, 3].map((number) => turns.run(piece(number)));
    await expect.poll(() => started).toEqual([0, 1]);
    end(1);
    await all[1];
    await expect.poll(() => started).toEqual([0, 1, 2]);
    end(0);
    await expect.poll(() => started).toEqual([0, 1, 2, 3]);
    end(2);
    end(3);
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
  });

  it('refuses who finds the waiting room full, and takes the next once there is room', async () => {
    const turns = new ConcurrencyLimit(1, 1);
    const { piece, end, started } = pieces();
    const first = turns.run(piece(0));
    const second = turns.run(piece(1));
    await expect(turns.run(piece(2))).rejects.toThrow(Overloaded);
    end(0);
    await first;
    await expect.poll(() => started).toEqual([0, 1]);
    const third = turns.run(piece(2));
    end(1);
    await second;
    await expect.poll(() => started).toEqual([0, 1, 2]);
    end(2);
    await third;
  });

  it('gives the place back when the work fails', async () => {
    const turns = new ConcurrencyLimit(1, 0);
    await expect(turns.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.run(() => Promise.resolve('yes'))).toBe('yes');
  });
});
