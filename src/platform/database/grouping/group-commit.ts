interface Waiting<Item, Result> {
  readonly item: Item;
  readonly since: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** The largest group: in a larger one, one failure would make too many run again. */
const MAX_SIZE = 32;
/** How long a group waits for the one before it to end, in milliseconds; then it starts beside it. */
const STUCK_MS = 100;
/** An item that has waited this long, in milliseconds, goes before larger groups. */
const OVERDUE_MS = 50;
/** The longest wait for others, as a multiple of the wait for the next one. */
const LONGEST_WAIT = 4;
/** The window for which the largest number of simultaneous items counts, in milliseconds. */
const WINDOW_MS = 100;

/**
 * Group commit (DeWitt et al., Implementation techniques for main memory database systems, SIGMOD 1984): items that arrive
 * together share the round trips and one wait for the disk. An item that is alone starts at once. Under load, a group starts
 * when all recently active items wait, or after a few milliseconds. A group is of one kind, so that its items have their
 * statements in common: the kind with the most waiting items. So items that take the same steps fall into step.
 */
export class GroupCommit<Item, Result> {
  /** By kind, in the order in which kinds were first seen. */
  private readonly queues = new Map<string, Waiting<Item, Result>[]>();
  private waiting = 0;
  /** The number of groups that run: one, usually. */
  private running = 0;
  private freeSince = 0;
  private lastJoinedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;
  private present = 0;
  private peak = 0;
  private peakBefore = 0;
  private windowEnds = 0;

  /**
   * `runGroup` returns the result of each item, and may go on with single ones that need longer; if it throws, they all
   * fail with its error. `patienceMs`: how long an item waits for the next one while no group runs, and a quarter of the longest wait for
   * others.
   */
  constructor(
    private readonly runGroup: (items: readonly Item[]) => Promise<Promise<Result>[]>,
    private readonly patienceMs: number,
  ) {}

  /** Returns the result of the item, which runs with others of its kind or alone. */
  join(item: Item, kind: string): Promise<Result> {
    const now = performance.now();
    return new Promise<Result>((resolve, reject) => {
      const queue = this.queues.get(kind) ?? [];
      if (queue.push({ item, since: now, resolve, reject }) === 1) this.queues.set(kind, queue);
      const lately = this.everyone;
      this.lastJoinedAt = now;
      this.waiting++;
      this.present++;
      this.notePeak(now);
      // Of a burst, as many as were recently active start at once, and the others after them.
      if (this.waiting === lately && this.present === lately && lately > 1) this.dispatchIfReady(now);
      else this.dispatchSoon();
    });
  }

  /** Dispatches once this turn of the event loop is over, so that others may still join. */
  private dispatchSoon(): void {
    this.turn ??= setImmediate(() => {
      this.turn = undefined;
      this.dispatchIfReady(performance.now());
    });
  }

  private notePeak(now: number): void {
    if (now >= this.windowEnds) {
      this.peakBefore = now < this.windowEnds + WINDOW_MS ? this.peak : 0;
      this.peak = 0;
      this.windowEnds = now + WINDOW_MS;
    }
    this.peak = Math.max(this.peak, this.present);
  }

  /** All who were here at once not long ago. */
  private get everyone(): number {
    return Math.min(MAX_SIZE, Math.max(this.peak, this.peakBefore));
  }

  /** Sends a group off when one may leave, or sees to it that this is looked at again. */
  private dispatchIfReady(now: number): void {
    clearTimeout(this.timer);
    if (this.waiting === 0) return;
    const queues = [...this.queues.values()].filter((queue) => queue.length > 0);
    const first = Math.min(...queues.map((queue) => queue[0]!.since));
    const isFree = this.running === 0;
    const left = (isFree ? this.leavesAt(first) : first + STUCK_MS) - now;
    if (left <= 0 || (isFree && this.waiting >= this.everyone)) this.dispatch(nextOf(queues, now), now);
    else this.timer = setTimeout(() => this.dispatchIfReady(performance.now()), left);
  }

  /** While others still come, a group waits for them: who is missing is most likely on the way through the process. */
  private leavesAt(firstCame: number): number {
    const from = Math.max(firstCame, this.freeSince);
    return Math.min(Math.max(from, this.lastJoinedAt) + this.patienceMs, from + LONGEST_WAIT * this.patienceMs);
  }

  private dispatch(queue: Waiting<Item, Result>[], now: number): void {
    const group = queue.splice(0, MAX_SIZE);
    this.waiting -= group.length;
    this.running++;
    void this.serve(group);
    this.dispatchIfReady(now);
  }

  /** Each is answered when its result is known. Who needs longer, alone, then no longer counts as a group on its way. */
  private async serve(group: readonly Waiting<Item, Result>[]): Promise<void> {
    const results = await this.runGroup(group.map(({ item }) => item)).catch((error: unknown) =>
      group.map(() => Promise.reject<Result>(error as Error)),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, STUCK_MS)));
    await Promise.race([Promise.all(group.map((one, index) => this.answer(one, results[index]!))), late]);
    clearTimeout(timer);
    this.running--;
    this.freeSince = performance.now();
    this.dispatchIfReady(this.freeSince);
  }

  private async answer({ resolve, reject }: Waiting<Item, Result>, result: Promise<Result>): Promise<void> {
    await result.then(resolve, reject);
    this.present--;
  }
}

/** The one with whoever is overdue longest, else the longest; of equals always the same one, so that the others catch up. */
function nextOf<T extends { readonly since: number }>(queues: readonly T[][], now: number): T[] {
  const oldest = queues.reduce((first, queue) => (queue[0]!.since < first[0]!.since ? queue : first));
  if (oldest[0]!.since + OVERDUE_MS <= now) return oldest;
  return queues.reduce((best, queue) => (queue.length >= best.length ? queue : best));
}
