/** In milliseconds: the pauses of a loop, and how many times as long as it worked it rests. */
const [SHORTEST, LONGEST, REST] = [10, 250, 9];

/** What a round of a loop did. */
export interface Round {
  readonly foundWork: boolean;
  readonly tookMs: number;
}

/**
 * Returns how long to pause after a round, in milliseconds. A loop that finds work comes back soon, but works a tenth of the time at most:
 * the busier it is, the more it finds in one round. One that finds none comes back later each time. `before` is its last pause. `loops` that share a process, one for
 * each busy shop, work a tenth of the time together.
 */
export function pauseAfter({ foundWork, tookMs }: Round, before: number, loops = 1): number {
  return Math.min(LONGEST, Math.max(SHORTEST, foundWork ? tookMs * (loops * (REST + 1) - 1) : before * 2));
}
