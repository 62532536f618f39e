import { ValidationFailed } from '../../shared/errors.js';

const DAY_MS = 86_400_000;
/** No provider settled anything before; and PostgreSQL's calendar and JavaScript's part far back. */
const FIRST_DAY = '1970-01-01';
const FORM = /^\d{4}-\d\d-\d\d$/;

/** The UTC day of a time, as `YYYY-MM-DD`. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The day that is so many days after, or before, another one. */
export const dayAfter = (day: string, days: number): string => dayOf(new Date(Date.parse(day) + days * DAY_MS));

/** From the first moment of a day to the first of the next, and `margin` days around it. */
export function rangeOf(day: string, margin = 0): { readonly from: Date; readonly to: Date } {
  return { from: new Date(dayAfter(day, -margin)), to: new Date(dayAfter(day, margin + 1)) };
}

/** @throws ValidationFailed unless the text is a day that has begun */
export function assertPastOrPresent(day: string, now: Date): void {
  const isDay = FORM.test(day) && !Number.isNaN(Date.parse(day)) && dayOf(new Date(day)) === day;
  if (isDay && day >= FIRST_DAY && day <= dayOf(now)) return;
  const message = `must be a day (UTC) that has begun, from ${FIRST_DAY} on, such as 2026-03-31`;
  throw new ValidationFailed([{ pointer: '/date', code: 'date', message }]);
}
