import { describe, expect, it } from 'vitest';
import { StartPauses } from './start-pauses.js';

/** Pauses by a clock that stands still; `fail` returns for how many milliseconds the next start waits. */
function paused() {
  let now = 0;
  const pauses = new StartPauses(() => now);
  const isOver = () => {
    try {
      pauses.assertOver('north');
      return true;
    } catch {
      return false;
    }
  };
  const fail = () => {
    const from = now;
    pauses.fail('north', new Error('no'));
    while (!isOver()) now += 500;
    return now - from;
  };
  return { pauses, fail, isOver, pass: (ms: number) => (now += ms) };
}

describe('Pauses before a shop starts again', () => {
  it('grow with each failure, up to half a minute', () => {
    const { fail } = paused();
    expect(Array.from({ length: 7 }, fail)).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('are short again after a minute without a failure, and when what was wrong has changed', () => {
    const { fail, pass, pauses } = paused();
    expect([fail(), fail()]).toEqual([2000, 4000]);
    pass(60_001);
    expect([fail(), fail()]).toEqual([2000, 4000]);
    pauses.forget('north');
    expect(fail()).toBe(2000);
  });

  it('throw what the last start threw, and are of one shop', () => {
    const { pauses } = paused();
    pauses.fail('north', new Error('because'));
    expect(() => pauses.assertOver('north')).toThrow('because');
    expect(() => pauses.assertOver('south')).not.toThrow();
  });
});
