import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LockQueue, RowsLocked } from './lock-queue.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What it comes to: the time at which it did, in milliseconds from now, or at which it was refused. */
function entered(queue: LockQueue, work: () => Promise<void> = () => Promise.resolve()) {
  const began = performance.now();
  const outcome: { servedAfter?: number; refusedAfter?: number } = {};
  void queue.take(work).then(
    () => (outcome.servedAfter = performance.now() - began),
    (error: unknown) => {
      if (!(error instanceof RowsLocked)) throw error;
      outcome.refusedAfter = performance.now() - began;
    },
  );
  return outcome;
}
const lasting = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));
const forever = () => new Promise<void>(() => undefined);

describe('Who waits for a row that others change', () => {
  it('waits while they get it one after another', async () => {
    const queue = new LockQueue(2);
    const crowd = Array.from({ length: 20 }, () => entered(queue, lasting(100)));
    await vi.advanceTimersByTimeAsync(5000);
    expect(crowd.map(({ servedAfter }) => servedAfter)).toEqual(crowd.map((_, n) => 100 * (n + 1)));
  });

  it('is refused after a second in which nobody gets it', async () => {
    const queue = new LockQueue(2);
    const holder = entered(queue, forever);
    const waiting = entered(queue);
    await vi.advanceTimersByTimeAsync(5000);
    expect([holder, waiting]).toEqual([{}, { refusedAfter: 1000 }]);
  });

  it('is refused a second after the last one got it', async () => {
    const queue = new LockQueue(2);
    entered(queue, lasting(700));
    entered(queue, forever);
    const waiting = entered(queue);
    await vi.advanceTimersByTimeAsync(5000);
    expect(waiting).toEqual({ refusedAfter: 1700 });
  });

  it('is refused after 2.5 s, however many got it before', async () => {
    const queue = new LockQueue(2);
    const crowd = Array.from({ length: 30 }, () => entered(queue, lasting(100)));
    await vi.advanceTimersByTimeAsync(5000);
    expect(crowd.filter(({ servedAfter }) => servedAfter !== undefined)).toHaveLength(25);
    expect(crowd.filter(({ refusedAfter }) => refusedAfter === 2500)).toHaveLength(5);
  });

  it('is refused at once when 200 wait already', async () => {
    const queue = new LockQueue(2);
    entered(queue, forever);
    const crowd = Array.from({ length: 201 }, () => entered(queue));
    await vi.advanceTimersByTimeAsync(0);
    expect(crowd.map(({ refusedAfter }) => refusedAfter)).toEqual([...crowd.slice(1).map(() => undefined), 0]);
  });
});
