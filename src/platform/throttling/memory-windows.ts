/** The count in the current window, and the milliseconds until the window ends. */
export interface Window {
  readonly hits: number;
  readonly endsInMs: number;
}

/** More than any honest crowd; about 20 MB. */
const CAPACITY = 100_000;

/** Counts in the memory of this process while Redis is away. All windows must have the same length. */
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

  /** Removes ended windows, and the oldest ones if there are too many. */
  private makeRoom(now: number): void {
    for (const [key, { endsAt }] of this.windows) {
      if (endsAt > now && this.windows.size < this.capacity) return;
      this.windows.delete(key);
    }
  }
}
