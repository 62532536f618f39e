const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** After so long the provider is asked what became of an operation, in milliseconds; then once a day. */
const delays = [5 * SECOND, 30 * SECOND, 5 * MINUTE, 60 * MINUTE];

/** An attempt that nobody has recorded an outcome of for this long was left by a process that died. */
export const ABANDONED_AFTER_MS = 30 * SECOND;

/** So often an operation that the provider has never heard of is sent before it is given up. */
export const MAX_SENDS = 3;

/** How long to wait, in milliseconds, before an attempt is looked into again that was looked into `checks` times. */
export function nextCheck(checks: number): number {
  return delays[checks] ?? DAY;
}

/** So often Till tries by itself to give back what a provider refuses to; then a person has to. */
export const MAX_TRIES = 5;

/** How long after its last refusal, in milliseconds, what was refused `tries` times is tried again. */
export function triesAgainAfter(tries: number): number {
  return delays[tries - 1] ?? DAY;
}
