const [MINUTE, HOUR] = [60, 3600];

/** The seconds after each failed attempt, as the specification proposes: the last of ten attempts is 75 hours after the first. */
const DELAYS = [5, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)] as const;
export const MAX_ATTEMPTS = DELAYS.length + 1;
/** A receiver may ask for so much patience at most. */
const MAX_RETRY_AFTER = 24 * HOUR;

/**
 * Returns the seconds to wait after a failed attempt (1 is the first), up to a tenth more, so that what failed together is not
 * tried again together; not less than the receiver asked for. `undefined` after the last attempt. `random` is in [0, 1).
 */
export function retryDelay(attempt: number, retryAfter: number | undefined, random: number): number | undefined {
  const delay = DELAYS[attempt - 1];
  if (delay === undefined) return undefined;
  return Math.max(delay, Math.min(retryAfter ?? 0, MAX_RETRY_AFTER)) * (1 + random / 10);
}

/** Begins with the day of the week (RFC 9110, section 5.6.7). */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? /;

/** Reads `Retry-After` (RFC 9110, section 10.2.3), as seconds from `now`; `undefined` when there is none, or it makes no sense. */
export function readRetryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}
