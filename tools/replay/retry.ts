/** How one try of a request ended, when it did not end well. */
export interface Trouble {
  /** HTTP status, or undefined when no answer came. */
  readonly status?: number;
  /** The problem's `code`, when the answer was one. */
  readonly code?: string;
  readonly retryAfter?: string;
}

const maxTries = 12;
const maxWaitMs = 60_000;
const passing = new Set([429, 502, 503, 504]);

/**
 * Milliseconds to wait before the next try, or undefined when trying again is of no use. `tries` counts those made.
 * What comes back is only asked again because every write carries an Idempotency-Key or creates a unique row.
 */
export function waitBeforeRetry(trouble: Trouble, tries: number, now = Date.now()): number | undefined {
  if (tries >= maxTries || !mayPass(trouble)) return undefined;
  return Math.min(askedWait(trouble.retryAfter, now) ?? Math.min(100 * 2 ** (tries - 1), 5_000), maxWaitMs);
}

function mayPass({ status, code }: Trouble): boolean {
  return status === undefined || passing.has(status) || code === 'idempotency_key_in_use';
}

/** Retry-After is seconds or an HTTP date (RFC 9110, section 10.2.3). */
function askedWait(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}
