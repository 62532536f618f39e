const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Delays before the checks of an open outcome, in milliseconds; further checks are once a day. */
const delays = [5 * SECOND, 30 * SECOND, 5 * MINUTE, 60 * MINUTE];

/** An attempt without a recorded outcome for this long was left by a process that died. */
export const ABANDONED_AFTER_MS = 30 * SECOND;

/** How many times to send an operation that the provider has no record of before giving it up. */
export const MAX_SENDS = 3;

/** Returns the delay in milliseconds before the next check of an attempt that was checked `checks` times. */
export function nextCheck(checks: number): number {
  return delays[checks] ?? DAY;
}

/** How many times Till tries a void or refund that the provider refuses; then a person has to decide. */
export const MAX_TRIES = 5;

/** Returns the delay in milliseconds after a refusal before the next try, after `tries` refusals. */
export function triesAgainAfter(tries: number): number {
  return delays[tries - 1] ?? DAY;
}
