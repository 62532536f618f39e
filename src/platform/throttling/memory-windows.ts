/** How often something was counted in the running window, and when that window ends, in milliseconds from now. */
export interface Window {
  readonly hits: number;
  readonly endsInMs: number;
}

/** More at once than any honest crowd, and some 20 MB. */
const CAPACITY = 100_000;

/** Counts in this process alone, for when there is no Redis. All windows must be of one length. */
export class MemoryWindows {
  /** In the order in which they end, since a new window goes to the back. */
  private readonly windows = new Map<string, { hits: number; readonly endsAt: number }>();

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly capacity = CAPACITY,
  ) {}

  count(key: string, lengthMs: number, hits = 1): Window {
    const now = this.now();
    const running = this.windows.get(key);
    const window = running && running.endsAt > now ? running : this.open(key, now, lengthMs);
    window.hits += hits;
    return { hits: window.hits, endsInMs: window.endsAt - now };
  }

  private open(key: string, now: number, lengthMs: number) {
    this.makeRoom(now);
    const window = { hits: 0, endsAt: now + lengthMs };
    this.windows.set(key, window);
    return window;
  }

  /** Forgets what has ended, and the oldest when that is not enough. */
  private makeRoom(now: number): void {
    for (const [key, { endsAt }] of this.windows) {
      if (endsAt > now && this.windows.size < this.capacity) return;
      this.windows.delete(key);
    }
  }
}
