/** In milliseconds: the first pause after a failure, and the longest. Each is twice as long as the one before. */
const [FIRST, LONGEST] = [10_000, 600_000];

interface Failures {
  readonly count: number;
  readonly until: number;
}

/** What failed and is left alone for a while, longer after each failure. This process alone knows it. Times are in milliseconds. */
export class RetriesLater<Id> {
  private readonly failures = new Map<Id, Failures>();

  /** Notes a failure. */
  failed(id: Id, now: number): void {
    const count = (this.failures.get(id)?.count ?? 0) + 1;
    this.failures.set(id, { count, until: now + Math.min(LONGEST, FIRST * 2 ** (count - 1)) });
  }

  /** Returns what is to be left alone now. Forgets what is long due again: somebody else has seen to it. */
  waiting(now: number): Id[] {
    for (const [id, { until }] of this.failures) if (until + LONGEST < now) this.failures.delete(id);
    return [...this.failures].filter(([, { until }]) => until > now).map(([id]) => id);
  }
}
