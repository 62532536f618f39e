/** The first pause after a failure, in milliseconds; each further one is twice as long. */
const FIRST_MS = 2000;
/** The longest pause, in milliseconds. The process does not see that a database is mended, so people wait for the next try. */
const LONGEST_MS = 30_000;
/** A shop that ran for so long after its pause has recovered, in milliseconds. */
const RECOVERED_MS = 60_000;

interface Failure {
  readonly error: unknown;
  readonly pauseMs: number;
  /** By `performance.now()`. */
  readonly until: number;
}

/** How long a shop that can't start, or whose application crashed, is not started again: longer after each failure. */
export class StartPauses {
  private readonly failures = new Map<string, Failure>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @throws whatever the last start threw, until its pause is over */
  assertOver(slug: string): void {
    const failure = this.failures.get(slug);
    if (failure && this.now() < failure.until) throw failure.error;
  }

  fail(slug: string, error: unknown): void {
    const last = this.failures.get(slug);
    const isNew = !last || this.now() > last.until + RECOVERED_MS;
    const pauseMs = isNew ? FIRST_MS : Math.min(last.pauseMs * 2, LONGEST_MS);
    this.failures.set(slug, { error, pauseMs, until: this.now() + pauseMs });
  }

  forget(slug: string): void {
    this.failures.delete(slug);
  }
}
