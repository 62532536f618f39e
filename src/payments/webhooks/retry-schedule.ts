const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What waits is looked at when the thing it waits for comes; and, for any other reason, after so long. */
const delays = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR];
/** Providers themselves give up on a webhook after about three days. */
const PATIENCE = 3 * DAY;

/**
 * In how many milliseconds to look again at a webhook that was looked at `attempts` times and has waited for `waitedMs`;
 * undefined when it has waited too long.
 */
export function nextLook(attempts: number, waitedMs: number | null): number | undefined {
  if (waitedMs !== null && waitedMs > PATIENCE) return undefined;
  return delays[attempts - 1] ?? 6 * HOUR;
}
