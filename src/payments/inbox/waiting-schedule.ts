const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What waits is looked at when the thing it waits for comes; and, for any other reason, after so long. */
const delays = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR];
/** Providers themselves give up on a webhook after about three days. */
const PATIENCE = 3 * DAY;

/** When to look again at a webhook that was looked at `attempts` times; undefined when it has waited too long. */
export function nextLook(attempts: number, waitingSince: Date | null, now: Date): Date | undefined {
  if (waitingSince && now.getTime() - waitingSince.getTime() > PATIENCE) return undefined;
  return new Date(now.getTime() + (delays[attempts - 1] ?? 6 * HOUR));
}
