/** How long after its first use a refresh token may be used again, in seconds: two tabs of a browser refresh at the same moment. */
export const GRACE_SECONDS = 10;
/** How many tokens one refresh token can be exchanged for within that time. */
export const MAX_CHILDREN = 5;

/** A refresh token that a client presents, and what happened to it before. */
export interface PresentedToken {
  /** Seconds since its first use; null if it is new. */
  readonly usedSecondsAgo: number | null;
  /** How many tokens it was exchanged for. */
  readonly children: number;
  /** Whether one of those was used: then it is older than the previous generation. */
  readonly isOlder: boolean;
  /** Whether it comes with the idempotency key of its first use: its client has not got the answer. */
  readonly isRepeat: boolean;
  /** Whether its first successor can be made again. */
  readonly isRepeatable: boolean;
}

/**
 * Decides on a refresh token of a live session. `reuse` means that two parties have it, one of which may be a thief (RFC 9700, section
 * 4.14.2): the session ends. Whoever has only the token does not know the key of its first use, so a `repeat` with that key may come late, and
 * gets the same successor again.
 */
export function decideRefresh(token: PresentedToken): 'rotate' | 'repeat' | 'reuse' {
  const { usedSecondsAgo, children, isOlder, isRepeat, isRepeatable } = token;
  if (usedSecondsAgo === null) return 'rotate';
  if (isRepeat && !isOlder) return isRepeatable ? 'repeat' : 'rotate';
  return isOlder || usedSecondsAgo > GRACE_SECONDS || children >= MAX_CHILDREN ? 'reuse' : 'rotate';
}
