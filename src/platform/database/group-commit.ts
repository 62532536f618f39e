interface Waiting<Item, Result> {
  readonly item: Item;
  readonly since: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** More would make one refusal dear for many. */
const MAX_SIZE = 32;
/** Groups that wait for somebody hold up others no longer than this, in milliseconds: then one more leaves. */
const STUCK_MS = 100;
/** Over how long it remembers how many were here at once, in milliseconds. */
const WINDOW_MS = 100;

/**
 * Group commit (DeWitt et al., Implementation techniques for main memory database systems, SIGMOD 1984): what arrives
 * together leaves together, for the price of one round trip and one wait for the disk. When it is quiet everyone leaves at
 * once and alone; when it is busy, a group leaves as soon as its share of those who were here has come, or has not come for
 * a few milliseconds.
 */
export class GroupCommit<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Those who come in one turn of the event loop are looked at together. */
  private turn: NodeJS.Immediate | undefined;
  private free: number;
  private present = 0;
  private peak = 0;
  private peakBefore = 0;
  private windowEnds = 0;

  /**
   * `together` answers what comes of each item, and may go on with single ones that need longer; should it throw, they all
   * fail with its error. `lanes`: groups at once, usually. `patienceMs`: how long one waits for company at most; 0 for that
   * of its own turn of the event loop.
   */
  constructor(
    private readonly together: (items: readonly Item[]) => Promise<Promise<Result>[]>,
    private readonly lanes: number,
    private readonly patienceMs: number,
  ) {
    this.free = lanes;
  }

  join(item: Item): Promise<Result> {
    const now = performance.now();
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ item, since: now, resolve, reject });
      this.present++;
      this.notePeak(now);
      this.turn ??= setImmediate(() => {
        this.turn = undefined;
        this.depart(performance.now());
      });
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

  /** How many a group waits for: its share of all who were here at once not long ago. */
  private get company(): number {
    return Math.min(MAX_SIZE, Math.round(Math.max(this.peak, this.peakBefore) / this.lanes));
  }

  /** Sends a group off when one may leave, or sees to it that this is looked at again. */
  private depart(now: number): void {
    clearTimeout(this.timer);
    const first = this.waiting[0];
    if (!first) return;
    const left = first.since + (this.free > 0 ? this.patienceMs : STUCK_MS) - now;
    if (left <= 0 || (this.free > 0 && this.waiting.length >= this.company)) this.leave(now);
    else this.timer = setTimeout(() => this.depart(performance.now()), left);
  }

  private leave(now: number): void {
    this.free--;
    const group = this.waiting.splice(0, MAX_SIZE);
    void this.serve(group).finally(() => {
      this.free++;
      this.depart(performance.now());
    });
    this.depart(now);
  }

  /** Each is answered as soon as what came of it is known; the group has ended when all are. */
  private async serve(group: readonly Waiting<Item, Result>[]): Promise<void> {
    const results = await this.together(group.map(({ item }) => item)).catch((error: unknown) =>
      group.map(() => Promise.reject<Result>(error as Error)),
    );
    await Promise.all(group.map((one, index) => this.answer(one, results[index]!)));
  }

  private async answer({ resolve, reject }: Waiting<Item, Result>, result: Promise<Result>): Promise<void> {
    await result.then(resolve, reject);
    this.present--;
  }
}
