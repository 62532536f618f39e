import { describe, expect, it } from 'vitest';
import { MovePause } from './move-pause.js';

/** A pause that ends when the test says so. */
function pauseOf(answers: readonly boolean[]) {
  const left = [...answers];
  let asked = 0;
  const pause = new MovePause(() => {
    asked += 1;
    return Promise.resolve(left.shift() ?? false);
  });
  return { pause, asked: () => asked };
}

describe('MovePause', () => {
  it('says at the end of a pause that there was one, to all who wait', async () => {
    const { pause, asked } = pauseOf([true, true]);
    expect(await Promise.all([pause.met(), pause.met()])).toEqual([true, true]);
    expect(asked()).toBe(3);
    expect(pause.known).toBeUndefined();
  });

  it('is known to others only once somebody has met it', async () => {
    const { pause } = pauseOf([true]);
    const met = pause.met();
    expect(pause.known).toBeUndefined();
    await Promise.resolve();
    await Promise.resolve();
    expect(await pause.known).toBe(true);
    expect(await met).toBe(true);
  });

  it('asks once for a burst of waits for rows', async () => {
    const { pause, asked } = pauseOf([false, false]);
    expect([await pause.met(), await pause.met()]).toEqual([false, false]);
    expect(asked()).toBe(1);
  });

  it('takes a question that fails for no pause', async () => {
    const pause = new MovePause(() => Promise.reject(new Error('no connection')));
    expect(await pause.met()).toBe(false);
  });
});
