import { describe, expect, it } from 'vitest';
import { isDay, isTimeZone, periodAt } from './report-period.js';

const now = new Date('2026-03-31T23:30:00.000Z');

describe('The period of a report', () => {
  it.each([
    [{}, { from: '2026-03-02', to: '2026-04-01', timeZone: 'UTC' }],
    [{ timeZone: 'Europe/Berlin' }, { from: '2026-03-03', to: '2026-04-02', timeZone: 'Europe/Berlin' }],
    [{ from: '2026-03-31' }, { from: '2026-03-31', to: '2026-04-01', timeZone: 'UTC' }],
    [{ from: '2024-01-01' }, { from: '2024-01-01', to: '2025-02-04', timeZone: 'UTC' }],
    [{ from: '2026-05-01' }, { from: '2026-05-01', to: '2026-05-02', timeZone: 'UTC' }],
    [{ to: '2026-01-31' }, { from: '2026-01-01', to: '2026-01-31', timeZone: 'UTC' }],
    [
      { from: '2025-01-01', to: '2026-02-05' },
      { from: '2025-01-01', to: '2026-02-05', timeZone: 'UTC' },
    ],
  ])('%j', (asked, period) => expect(periodAt(now, asked)).toEqual(period));

  it.each([
    { from: '2026-01-02', to: '2026-01-02' },
    { from: '2026-01-02', to: '2026-01-01' },
    { from: '2025-01-01', to: '2026-02-06' },
  ])('is not %j', (asked) => expect(() => periodAt(now, asked)).toThrow('invalid'));
});

it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kathmandu', 'Etc/GMT+5'])(
  '%s is a time zone',
  (name) => expect(isTimeZone(name)).toBe(true),
);
it.each(['', '+01:00', 'Mars/Base', 'Europe/../etc', 'ABC5', "UTC'; --", 5])('%j is no time zone', (name) =>
  expect(isTimeZone(name)).toBe(false),
);
it.each(['2026-02-29', '2026-1-1', '1969-12-31', '2026-01-01T00:00', 'today', 20260101])('%j is no day', (text) =>
  expect(isDay(text)).toBe(false),
);
it('A leap day is a day', () => expect(isDay('2028-02-29')).toBe(true));
