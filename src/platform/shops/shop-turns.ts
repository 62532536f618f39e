/** How long an application runs at least while other shops wait for its place, in milliseconds. */
const TURN_MS = 20_000;
/** How long a shop without changes waits for its next turn, in milliseconds: what is due once a day must not wait for a request. */
const QUIET_MS = 3_600_000;

/** Which applications are to begin and which to end. */
export interface Turn {
  readonly begin: readonly string[];
  readonly end: readonly string[];
}

/**
 * Whose turn it is when a worker has more shops than places. Shops that changed lately and those without changes, which get a turn once an hour, get the next free place in
 * turn; of each kind, the one that has waited longest. With more shops than places, a quiet one ends after its turn, and one that changed when another waits, so no busy or broken shop keeps another from its turn.
 */
export class ShopTurns {
  /** When each shop began to run or to wait, and after how many others. */
  private readonly since = new Map<string, { readonly at: number; readonly rank: number }>();
  private changes = 0;
  /** The kind that the last place went to. */
  private lastKind: 'changed' | 'quiet' = 'quiet';

  constructor(
    private readonly places: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Given the shops that there are, those that run, those that changed lately, and how long ago a worker last had them. */
  next(
    shops: readonly string[],
    running: readonly string[],
    changed: ReadonlySet<string>,
    workedAgoMs: ReadonlyMap<string, number> = new Map(),
  ): Turn {
    this.update(shops, workedAgoMs);
    const isWanted = (slug: string) => shops.length <= this.places || changed.has(slug) || this.isOverdue(slug);
    const waiting = this.longestFirst(shops.filter((slug) => !running.includes(slug) && isWanted(slug)));
    const free = Math.max(0, this.places - running.length);
    const begin = this.chosen(waiting, changed, free);
    const done = this.longestFirst(running.filter((slug) => !this.since.has(slug) || this.hasHadItsTurn(slug)));
    const quiet = shops.length <= this.places ? [] : done.filter((slug) => !changed.has(slug));
    const needed = Math.max(0, waiting.length - free - quiet.length);
    const end = [...quiet, ...done.filter((slug) => !quiet.includes(slug)).slice(0, needed)];
    const at = this.now();
    for (const slug of [...begin, ...end]) this.since.set(slug, { at, rank: (this.changes += 1) });
    return { begin, end };
  }

  /**
   * Forgets shops that are gone. Of those that are new here, one waits since a worker last had it. The first turns of quiet ones that none had spread over an
   * hour, so that a worker with many does not start them all at once.
   */
  private update(shops: readonly string[], workedAgoMs: ReadonlyMap<string, number>): void {
    const present = new Set(shops);
    for (const slug of this.since.keys()) if (!present.has(slug)) this.since.delete(slug);
    const now = this.now();
    const strange = shops.filter((slug) => !this.since.has(slug));
    for (const [index, slug] of strange.entries()) {
      const agoMs = workedAgoMs.get(slug) ?? QUIET_MS - (index / strange.length) * QUIET_MS;
      this.since.set(slug, { at: now - agoMs, rank: 0 });
    }
  }

  /** The next ones for the free places, from both kinds in turn while both wait. */
  private chosen(waiting: readonly string[], changed: ReadonlySet<string>, free: number): readonly string[] {
    const kinds = {
      changed: waiting.filter((slug) => changed.has(slug)),
      quiet: waiting.filter((slug) => !changed.has(slug)),
    };
    const chosen: string[] = [];
    while (chosen.length < Math.min(free, waiting.length)) {
      this.lastKind = this.lastKind === 'changed' ? 'quiet' : 'changed';
      const slug = kinds[this.lastKind].shift();
      if (slug !== undefined) chosen.push(slug);
    }
    return chosen;
  }

  private longestFirst(shops: readonly string[]): readonly string[] {
    const placeOf = (slug: string) => this.since.get(slug) ?? { rank: 0, at: 0 };
    return shops.toSorted((a, b) => placeOf(a).rank - placeOf(b).rank || placeOf(a).at - placeOf(b).at);
  }

  private isOverdue(slug: string): boolean {
    return this.now() - this.since.get(slug)!.at >= QUIET_MS;
  }

  private hasHadItsTurn(slug: string): boolean {
    return this.now() - this.since.get(slug)!.at >= TURN_MS;
  }
}
