import { describe, expect, it } from 'vitest';
import { newId } from '../../shared/ids.js';
import { steadyNow } from '../../shared/steady-time.js';
import { LAST_ID, timeOf, until } from './ledger-time.js';

describe('the time of a ledger transaction', () => {
  it('is when its id was made', () => {
    const before = steadyNow();
    const time = timeOf(newId<'txn'>()).getTime();
    expect(time).toBeGreaterThanOrEqual(before - 1);
    expect(time).toBeLessThanOrEqual(steadyNow() + 1);
  });

  it('bounds what was posted until it', () => {
    const id = newId<'txn'>();
    const { hour, first, last } = until(timeOf(id));
    expect(hour).toBe(Math.floor(timeOf(id).getTime() / 3_600_000));
    expect([first, id, last].toSorted()).toEqual([first, id, last]);
    expect(until(new Date(timeOf(id).getTime() - 1)).last < id).toBe(true);
    expect(timeOf(first).toISOString()).toMatch(/:00:00\.000Z$/);
  });

  it('has no end without a moment', () => {
    expect(until(undefined)).toMatchObject({ hour: 2 ** 31 - 1, first: LAST_ID });
  });
});
