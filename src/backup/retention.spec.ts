import { describe, expect, it } from 'vitest';
import { expired } from './retention.js';

const now = new Date('2026-03-31T12:00:00Z');
const aged = (days: number) => ({ days, finishedAt: new Date(now.getTime() - days * 86_400_000).toISOString() });
const backups = [0, 40, 1, 31, 30, 29].map(aged);
const daysOf = (retention: { days: number; atLeast: number }) =>
  expired(backups, now, retention).map(({ days }) => days);

describe('Expired backups', () => {
  it.each([
    ['those older than the days, oldest first', { days: 30, atLeast: 1 }, [40, 31]],
    ['none that belong to the newest', { days: 30, atLeast: 5 }, [40]],
    ['none at all if all belong to the newest', { days: 1, atLeast: 6 }, []],
    ['all but the newest', { days: 1, atLeast: 1 }, [40, 31, 30, 29]],
  ])('are %s', (_, retention, days) => {
    expect(daysOf(retention)).toEqual(days);
  });
});
