/** Tries of a delivery before it is dead; the last one is about 23 hours after the first. */
export const MAX_ATTEMPTS = 15;

const FIRST_DELAY_SECONDS = 5;

/**
 * Returns the seconds to wait after a failed attempt (1 is the first): doubling from 5 s, up to a quarter more or less, so that
 * deliveries that failed together are not tried again together. `undefined` after the last attempt. `random` is in [0, 1).
 */
export function retryDelay(attempt: number, random: number): number | undefined {
  if (attempt >= MAX_ATTEMPTS) return undefined;
  return FIRST_DELAY_SECONDS * 2 ** (attempt - 1) * (0.75 + random / 2);
}
