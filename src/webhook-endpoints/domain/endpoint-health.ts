/** How an endpoint has answered lately. */
export interface Health {
  /** Attempts that failed since the last one that succeeded. */
  readonly failures: number;
  readonly failingSince: Date | null;
  /** Until when nothing is sent to it; then one attempt shows whether it is back. */
  readonly pausedUntil: Date | null;
}

/** Why Till sends nothing to an endpoint any more. */
export type DisabledReason = 'by_hand' | AutomaticReason;
/** Why Till disables an endpoint by itself: the endpoint failed, or its owner may no longer read events. */
export type AutomaticReason = FailureReason | 'not_permitted';
/** How an endpoint failed: it responded 410, or every attempt of five days failed. */
export type FailureReason = 'gone' | 'failing';

/** What a failed attempt means for its endpoint. */
export interface FailedAttempt {
  readonly status: number | undefined;
  /** In seconds, if the receiver said so. */
  readonly retryAfter: number | undefined;
  readonly at: Date;
}

/** So many failures in a row open the circuit: one attempt at a time, with growing pauses. */
export const OPENS_AFTER = 5;
const [FIRST_PAUSE, LONGEST_PAUSE, LONGEST_ASKED] = [5, 300, 3600];
const GIVEN_UP_AFTER_MS = 5 * 86_400_000;
const GONE = 410;
/** The receiver has too much to do (RFC 6585, section 4; RFC 9110, section 15.6.4). */
const OVERLOADED = new Set([429, 503]);

/** Whether the endpoint gets one attempt at a time, because too many in a row failed. */
export function isOpen({ failures }: Pick<Health, 'failures'>): boolean {
  return failures >= OPENS_AFTER;
}

/** The health after a failed attempt, and whether the endpoint is given up: when it says that it is gone, or failed for five days. */
export function afterFailure(health: Health, attempt: FailedAttempt): Health & { readonly disabled?: FailureReason } {
  const failures = health.failures + 1;
  const failingSince = health.failingSince ?? attempt.at;
  const pause = pauseAfter(failures, attempt);
  const until = attempt.at.getTime() + pause * 1000;
  const pausedUntil = pause > 0 ? new Date(Math.max(until, health.pausedUntil?.getTime() ?? 0)) : health.pausedUntil;
  const next = { failures, failingSince, pausedUntil };
  if (attempt.status === GONE) return { ...next, disabled: 'gone' };
  const failedFor = attempt.at.getTime() - failingSince.getTime();
  return failedFor >= GIVEN_UP_AFTER_MS ? { ...next, disabled: 'failing' } : next;
}

/** In seconds. */
function pauseAfter(failures: number, { status, retryAfter }: FailedAttempt): number {
  const asked = status !== undefined && OVERLOADED.has(status) ? Math.min(retryAfter ?? 0, LONGEST_ASKED) : 0;
  const own = failures >= OPENS_AFTER ? Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - OPENS_AFTER)) : 0;
  return Math.max(asked, own);
}
