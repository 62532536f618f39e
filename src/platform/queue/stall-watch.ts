/** So long jobs may wait beside a consumer that has nothing to do, in milliseconds. */
const STALLED_AFTER_MS = 3000;

/**
 * Notices a queue that does not move: jobs wait in Redis and this process, which has nothing else to do, gets none of them. That
 * is so when the connection that takes jobs leads to another server than the one that adds them, as after a failover.
 */
export class StallWatch {
  private running = 0;
  private idleSince: number | undefined;
  private stalled = false;

  /** A job began here. */
  began(): void {
    this.running += 1;
    this.idleSince = undefined;
    this.stalled = false;
  }

  /** A job ended here. */
  ended(): void {
    this.running -= 1;
  }

  /** Whether the queue does not move, given how many jobs wait at `now` (milliseconds of any clock); until a job begins or none waits. */
  isStalled(waiting: number, now: number): boolean {
    if (waiting === 0 || this.running > 0) {
      this.idleSince = undefined;
      this.stalled = false;
    } else {
      this.idleSince ??= now;
      this.stalled ||= now - this.idleSince >= STALLED_AFTER_MS;
    }
    return this.stalled;
  }
}
