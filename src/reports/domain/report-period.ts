import { ValidationFailed } from '../../shared/errors.js';

/** The longest period of a report. */
export const MAX_DAYS = 400;
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Days of a time zone, half-open: `to` is the day after the last one. Days are `YYYY-MM-DD`. */
export interface ReportPeriod {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

/** What a caller says of it; absent members have defaults. */
export type AskedPeriod = Partial<ReportPeriod>;

/**
 * Returns the period that somebody asks for at `now`: the last 30 days with today, unless they say more.
 * @throws ValidationFailed for a period that ends before it begins, or has more than `maxDays` days
 */
export function periodAt(now: Date, { from, to, timeZone = 'UTC' }: AskedPeriod, maxDays = MAX_DAYS): ReportPeriod {
  const end =
    to ?? (from === undefined ? addDays(dayIn(timeZone, now), 1) : endAfter(from, { timeZone, now, maxDays }));
  const start = from ?? addDays(end, -DEFAULT_DAYS);
  const days = (Date.parse(end) - Date.parse(start)) / DAY_MS;
  if (days < 1) throw refusal('must be after `from`: it is the day after the last one');
  if (days > maxDays) throw refusal(`must be at most ${maxDays} days after \`from\``);
  return { from: start, to: end, timeZone };
}

interface Around {
  readonly timeZone: string;
  readonly now: Date;
  readonly maxDays: number;
}

/** Returns the day after today, or the first or last day that a period from `from` may end before. */
function endAfter(from: string, { timeZone, now, maxDays }: Around): string {
  const tomorrow = addDays(dayIn(timeZone, now), 1);
  const [first, last] = [addDays(from, 1), addDays(from, maxDays)];
  if (tomorrow <= from) return first;
  return tomorrow < last ? tomorrow : last;
}

const refusal = (message: string) => new ValidationFailed([{ pointer: '/to', code: 'range', message }]);

/** Returns the day that it is in a time zone. */
function dayIn(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const by = Object.fromEntries(parts.formatToParts(now).map(({ type, value }) => [type, value]));
  return `${by['year']}-${by['month']}-${by['day']}`;
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

const NAME = /^[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)*$/;

/** Whether a text is the name of a time zone (IANA), as this process knows them. */
export function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || name.length > 64 || !NAME.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether a text is a day, `YYYY-MM-DD`, from 1970 on. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^(?:19[7-9]\d|[2-8]\d{3})-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
