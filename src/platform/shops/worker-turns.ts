import { setTimeout as delay } from 'node:timers/promises';
import { gauge } from '../metrics/index.js';
import type { ChangedShops } from './changed-shops.js';
import type { RunningShop, RunningShops } from './running-shops.js';
import { ShopTurns } from './shop-turns.js';

/** A start that takes longer goes on by itself, in milliseconds. */
const PATIENCE_MS = 1000;

export interface TurnsParts {
  readonly running: RunningShops<RunningShop>;
  /** How many shops run at once. */
  readonly places: number;
  /** Absent until the process has a connection to Redis. */
  changes(): ChangedShops | undefined;
  isEnding(): boolean;
}

/** Gives the shops of a worker their turns. */
export class WorkerTurns {
  private readonly turns: ShopTurns;
  private working: Promise<void> | undefined;
  /** Since when each shop with changes has waited for its turn, by `performance.now()`. */
  private waiting: ReadonlyMap<string, number> = new Map();

  constructor(private readonly parts: TurnsParts) {
    this.turns = new ShopTurns(parts.places);
    const help =
      'How long the shop with changes that has waited longest for its turn in a worker has waited, 0 without one.';
    gauge('till_shop_turn_wait_seconds', help, [], (set) => set({}, this.longestWait()), 'max');
  }

  /** Ends and begins what is due now, in the background; nothing while the last look still begins shops. */
  look(shops: readonly string[]): void {
    this.working ??= this.work(shops).finally(() => (this.working = undefined));
  }

  private longestWait(): number {
    return this.waiting.size === 0 ? 0 : (performance.now() - Math.min(...this.waiting.values())) / 1000;
  }

  private noteWaiting(slugs: readonly string[]): void {
    const now = performance.now();
    this.waiting = new Map(slugs.map((slug) => [slug, this.waiting.get(slug) ?? now]));
  }

  /** One that can't start is tried again when its turn comes, and one that takes long to start holds up no other. */
  private async work(shops: readonly string[]): Promise<void> {
    const { running, isEnding } = this.parts;
    const changes = this.parts.changes();
    const { changed, workedAgoMs } = (await changes?.times()) ?? { changed: new Set(shops), workedAgoMs: new Map() };
    const { begin, end } = this.turns.next(shops, running.slugs, changed, workedAgoMs);
    for (const slug of end) void running.end(slug).then(() => changes?.worked(slug));
    this.noteWaiting(shops.filter((slug) => changed.has(slug) && !running.slugs.includes(slug)));
    for (const slug of begin) {
      if (isEnding()) return;
      const started = running.ready(slug).catch(() => undefined); // its start has said why
      await Promise.race([started, delay(PATIENCE_MS)]);
    }
  }
}
