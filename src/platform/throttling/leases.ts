import type { Window } from './memory-windows.js';

/** Hits that were counted in Redis before their requests. */
interface Lease {
  /** All counted hits of all processes, including our unused ones. */
  readonly hits: number;
  readonly endsAt: number;
  unused: number;
}

/** The part of the rest of a limit that is counted ahead. Near the limit it is nothing, so that the limit stays exact. */
const SHARE_AHEAD = 0.01;
const MAX_AHEAD = 1000;
const CAPACITY = 10_000;

/**
 * Avoids a round trip to Redis for most requests: while much of a limit is left, a process counts a hundredth of the rest ahead and
 * spends it locally. A limit is never exceeded; at worst a hundredth stays unused.
 */
export class Leases {
  private readonly leases = new Map<string, Lease>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Spends one hit of each key's lease. Returns `undefined` and spends nothing unless all keys have one. */
  spend(keys: readonly string[]): Window[] | undefined {
    const now = this.now();
    const leases = keys.map((key) => this.leases.get(key));
    if (!leases.every((lease) => lease !== undefined && lease.unused > 0 && lease.endsAt > now)) return undefined;
    return leases.map((lease) => {
      const { hits, endsAt } = lease!;
      const position = hits - lease!.unused + 1;
      lease!.unused--;
      return { hits: position, endsInMs: endsAt - now };
    });
  }

  /** Returns how many hits to count now: the request's own, unless it is counted already, and those ahead. */
  toCount(key: string, limit: number): number {
    const known = this.leases.get(key);
    if (!known || known.endsAt <= this.now()) return 1;
    if (known.unused > 0) {
      known.unused--;
      return 0;
    }
    return 1 + Math.max(0, Math.min(MAX_AHEAD, Math.floor((limit - known.hits) * SHARE_AHEAD)));
  }

  /** Stores the hits that were counted ahead. Returns the request's own position in the window. */
  keep(key: string, { hits, endsInMs }: Window, counted: number): Window {
    const now = this.now();
    const known = this.leases.get(key);
    const unused = (known && known.endsAt > now ? known.unused : 0) + Math.max(0, counted - 1);
    this.leases.delete(key);
    this.leases.set(key, { hits, endsAt: now + endsInMs, unused });
    if (this.leases.size > CAPACITY) this.leases.delete(this.leases.keys().next().value!);
    return { hits: hits - unused, endsInMs };
  }
}
