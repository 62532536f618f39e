import { expect, it } from 'vitest';
import { frozen } from '../../../test/support/frozen.js';
import { afterFailure, type Health, isOpen } from './endpoint-health.js';

const at = new Date('2026-11-29T12:00:00Z');
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);
const well: Health = frozen({ failures: 0, failingSince: null, pausedUntil: null });
const failure = { status: 500, retryAfter: undefined, at } as const;

it('a first failure pauses nothing', () =>
  expect(afterFailure(well, failure)).toEqual({ failures: 1, failingSince: at, pausedUntil: null }));

it.each([
  [4, 5],
  [5, 10],
  [9, 160],
  [10, 300],
  [400, 300],
])('after %s failures, one more pauses for %s s', (failures, seconds) => {
  const next = afterFailure({ ...well, failures, failingSince: at }, failure);
  expect(next.pausedUntil).toEqual(later(seconds));
  expect(isOpen(next)).toBe(true);
});

it.each([
  [429, 60, later(60)],
  [503, 60, later(60)],
  [429, 99_999, later(3600)],
  [429, undefined, null],
  [500, 60, null],
])('%s with Retry-After: %s pauses until %s', (status, retryAfter, pausedUntil) =>
  expect(afterFailure(well, { status, retryAfter, at }).pausedUntil).toEqual(pausedUntil),
);

it('a pause is not shortened by another failure', () =>
  expect(
    afterFailure({ ...well, failures: 7, failingSince: at, pausedUntil: later(500) }, failure).pausedUntil,
  ).toEqual(later(500)));

it('410 gives the endpoint up at once, and five days of failures do', () => {
  expect(afterFailure(well, { ...failure, status: 410 }).disabled).toBe('gone');
  const failing = { ...well, failures: 90, failingSince: at };
  expect(afterFailure(failing, { ...failure, at: later(5 * 86_400 - 1) }).disabled).toBeUndefined();
  expect(afterFailure(failing, { ...failure, at: later(5 * 86_400) }).disabled).toBe('failing');
});
