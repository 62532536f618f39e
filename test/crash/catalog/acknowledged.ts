import type { ProductBody } from '../../support/bodies.js';

/** Figures of a product that every change makes larger. */
export type Figure = 'version' | 'onHand' | 'reserved';

/** After how long a change must be visible in other processes than the one that made it, in milliseconds. */
const EVERYWHERE_MS = 1000;

/** How a page was asked for. */
interface Asked {
  /** When the request was sent. */
  readonly began: number;
  /** Which process served it. */
  readonly process: number;
  /** Whether changes of other processes must be visible at once too. */
  readonly everywhere: boolean;
}

/** What writers were told, and whether readers were shown less. */
export class Acknowledged {
  /** When changes were acknowledged: by product, figure and process. */
  private readonly times = new Map<string, number[]>();
  readonly stale: string[] = [];
  private checked = 0;
  private slowest = 0;

  note(id: string, figure: Figure, process: number): void {
    const key = `${id} ${figure} ${process}`;
    const times = this.times.get(key) ?? [];
    if (times.push(performance.now()) === 1) this.times.set(key, times);
  }

  /** Compares a page with the changes that its process made before it was asked for, and with those of the other one a second before. */
  check({ id, version, stock, name }: ProductBody, { began, process, everywhere }: Asked): void {
    const shown = { version: version - 1, onHand: stock.onHand - 1_000_000, reserved: stock.reserved };
    for (const figure of ['version', 'onHand', 'reserved'] as const) {
      const there = this.timesOf(id, figure, 1 - process);
      const own = before(this.timesOf(id, figure, process), began);
      const others = before(there, everywhere ? began : began - EVERYWHERE_MS);
      this.checked += 1;
      if (shown[figure] < own + others)
        this.stale.push(`${name} of process ${process}: ${figure} ${shown[figure]} instead of ${own + others}`);
      // Of the changes there, at least so many are not shown yet.
      const missing = own + before(there, began) - shown[figure];
      if (missing > 0 && !everywhere)
        this.slowest = Math.max(this.slowest, began - there[before(there, began) - missing]!);
    }
  }

  summary() {
    const changes = [...this.times.values()].reduce((sum, times) => sum + times.length, 0);
    return { changes, checked: this.checked, stale: this.stale.length, slowestElsewhereMs: Math.round(this.slowest) };
  }

  private timesOf(id: string, figure: Figure, process: number): readonly number[] {
    return this.times.get(`${id} ${figure} ${process}`) ?? [];
  }
}

/** How many of the times, which ascend, are before a moment. */
function before(times: readonly number[], moment: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}
