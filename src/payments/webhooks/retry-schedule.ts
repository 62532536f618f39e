const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Delays between tries. A change that a webhook waits for makes it due earlier. */
const delays = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR];
/** Providers give up on a webhook after about three days too. */
const PATIENCE = 3 * DAY;
/** With fewer attempts in that time no worker ran, and what the webhook waits for was not processed either. */
const MIN_ATTEMPTS = 8;

/**
 * Returns the milliseconds until the next try of a webhook after `attempts` tries and `waitedMs` of waiting; undefined if it has
 * waited too long, although workers ran.
 */
export function nextLook(attempts: number, waitedMs: number | null): number | undefined {
  if (waitedMs !== null && waitedMs > PATIENCE && attempts >= MIN_ATTEMPTS) return undefined;
  return delays[attempts - 1] ?? 6 * HOUR;
}
