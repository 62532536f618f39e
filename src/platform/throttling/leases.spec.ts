import { describe, expect, it } from 'vitest';
import { type Given, Leases } from './leases.js';

const LENGTH = 60_000;
const ALONE = { ahead: false, used: 0 };
const given = (hits: number, ahead: number, windowId = 1): Given => ({ hits, ahead, endsInMs: LENGTH, windowId });

/** Leases that hold places 3 to 7 of a key. */
function holding(now = () => 0): Leases {
  const leases = new Leases(now);
  leases.keep('key', leases.ask('key'), given(1, 0));
  leases.keep('key', leases.ask('key'), given(7, 5));
  return leases;
}

describe('Leases', () => {
  it('ask for nothing ahead with the first request of a window', () => {
    const leases = new Leases(() => 0);
    expect(leases.ask('key')).toEqual(ALONE);
    leases.keep('key', ALONE, given(1, 0));
    expect(leases.ask('key')).toEqual({ ahead: true, used: 0 });
  });

  it('let one request at a time ask for places ahead, also after Redis did not answer', () => {
    const leases = new Leases(() => 0);
    leases.keep('key', ALONE, given(1, 0));
    const first = leases.ask('key');
    expect(leases.ask('key')).toEqual(ALONE);
    leases.keep('key', ALONE, given(2, 0));
    expect(leases.ask('key')).toEqual(ALONE);
    leases.giveUp('key', first);
    expect(leases.ask('key')).toEqual({ ahead: true, used: 0 });
  });

  it('spend each place once, in order, and report them with the next question', () => {
    const leases = holding();
    const positions = Array.from({ length: 6 }, () => leases.spend('key')?.hits);
    expect(positions).toEqual([3, 4, 5, 6, 7, undefined]);
    expect(leases.ask('key')).toEqual({ ahead: true, used: 5 });
    expect(leases.takeBack('key')).toBeUndefined();
  });

  it('return what is unused, and report what is used, when another process needs it', () => {
    const leases = holding();
    leases.spend('key');
    expect(leases.takeBack('key')).toEqual({ unused: 4, lent: 5, windowId: 1 });
    expect(leases.spend('key')).toBeUndefined();
    expect(leases.takeBack('key')).toBeUndefined();
    expect(leases.takeBack('other')).toBeUndefined();
  });

  it('end with their window', () => {
    let now = 0;
    const leases = holding(() => now);
    now = LENGTH;
    expect(leases.spend('key')).toBeUndefined();
    expect(leases.takeBack('key')).toBeUndefined();
    expect(leases.ask('key')).toEqual(ALONE);
  });

  it('end when Redis has a new window, though the clock here is late', () => {
    const leases = holding();
    leases.keep('key', ALONE, given(1, 0, 2));
    expect(leases.spend('key')).toBeUndefined();
  });
});
