import { ValidationFailed } from '../../shared/errors.js';

const DAY_MS = 86_400_000;
/** The first possible day. Far in the past, the calendars of PostgreSQL and JavaScript differ. */
const FIRST_DAY = '1970-01-01';
const FORM = /^\d{4}-\d\d-\d\d$/;

/** Returns the UTC day of a time as `YYYY-MM-DD`. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** Returns the day `days` days after another one; negative for before. */
export const dayAfter = (day: string, days: number): string => dayOf(new Date(Date.parse(day) + days * DAY_MS));

/** Returns the range of a day, extended by `margin` days on both sides; `to` is exclusive. */
export function rangeOf(day: string, margin = 0): { readonly from: Date; readonly to: Date } {
  return { from: new Date(dayAfter(day, -margin)), to: new Date(dayAfter(day, margin + 1)) };
}

/** @throws ValidationFailed unless the text is a day that has started */
export function assertPastOrPresent(day: string, now: Date): void {
  const isDay = FORM.test(day) && !Number.isNaN(Date.parse(day)) && dayOf(new Date(day)) === day;
  if (isDay && day >= FIRST_DAY && day <= dayOf(now)) return;
  const message = `must be a day (UTC) that has begun, from ${FIRST_DAY} on, such as 2026-03-31`;
  throw new ValidationFailed([{ pointer: '/date', code: 'date', message }]);
}
