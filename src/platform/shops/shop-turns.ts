/** How long an application runs while other shops wait for its place, in milliseconds. */
const TURN_MS = 20_000;

/**
 * Whose turn it is when a worker has more shops than places: the shop that has waited longest gets the next place, and one that has had its turn
 * gives its place up and waits again. So no busy or broken shop keeps another one from its turn.
 */
export class ShopTurns {
  /** When each shop began to run or to wait, and after how many others. */
  private readonly since = new Map<string, { readonly at: number; readonly rank: number }>();
  private changes = 0;

  constructor(
    private readonly places: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Given the shops that there are and those that run: which are to begin, and which are to end. */
  next(
    shops: readonly string[],
    running: readonly string[],
  ): { readonly begin: readonly string[]; readonly end: readonly string[] } {
    for (const slug of this.since.keys()) if (!shops.includes(slug)) this.since.delete(slug);
    const waiting = this.longestFirst(shops.filter((slug) => !running.includes(slug)));
    const free = Math.max(0, this.places - running.length);
    const done = running.filter((slug) => this.now() - (this.since.get(slug)?.at ?? -Infinity) >= TURN_MS);
    const end = this.longestFirst(done).slice(0, Math.max(0, waiting.length - free));
    const begin = waiting.slice(0, free);
    for (const slug of [...begin, ...end]) this.since.set(slug, { at: this.now(), rank: (this.changes += 1) });
    return { begin, end };
  }

  /** One that never ran comes first. */
  private longestFirst(shops: readonly string[]): readonly string[] {
    const rankOf = (slug: string) => this.since.get(slug)?.rank ?? 0;
    return shops.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
