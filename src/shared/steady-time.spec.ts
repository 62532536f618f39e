import { afterEach, describe, expect, it, vi } from 'vitest';
import { SteadyClock } from './clock.js';
import { followDatabase, steadyNow } from './steady-time.js';

const HOUR = 3_600_000;
/** How long a busy machine may stop a test between two readings of a clock, in milliseconds. */
const PAUSE = 1000;

/** The database says what the machine says. */
const backToTheMachine = () => followDatabase(Date.now(), performance.now());
afterEach(() => {
  vi.useRealTimers();
  backToTheMachine();
});

describe('The time of a process', () => {
  it("is the machine's when it begins", () => {
    expect(Math.abs(steadyNow() - Date.now())).toBeLessThan(1000);
  });

  it.each([25 * HOUR, -25 * HOUR])('stays when the clock of the machine jumps by %i ms', (jump) => {
    const [before, began] = [new SteadyClock().now().getTime(), performance.now()];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
    const passed = performance.now() - began;
    expect(new SteadyClock().now().getTime() - before).toBeLessThan(passed + PAUSE);
    expect(new SteadyClock().now().getTime() - before).toBeGreaterThanOrEqual(0);
  });

  it("is the database's once that has said it", () => {
    followDatabase(Date.now() + HOUR, performance.now());
    expect(Math.abs(steadyNow() - (Date.now() + HOUR))).toBeLessThan(PAUSE);
    followDatabase(Date.now() - HOUR, performance.now());
    expect(Math.abs(steadyNow() - (Date.now() - HOUR))).toBeLessThan(PAUSE);
  });

  it('is moved by a slow answer only as far as it must be', () => {
    const before = steadyNow() - performance.now();
    const asked = performance.now() - 10_000;
    // The answer may be of any moment of those ten seconds: the present time is possible.
    followDatabase(steadyNow() - 4000, asked);
    expect(Math.abs(steadyNow() - performance.now() - before)).toBeLessThan(PAUSE);
    // It was read two seconds from now, ten seconds ago at the earliest: so the time is twelve seconds ahead at most.
    followDatabase(steadyNow() + 2000, asked);
    expect(Math.abs(steadyNow() - performance.now() - before - 2000)).toBeLessThan(PAUSE);
  });
});
