import type { Window } from './memory-windows.js';

/** Hits that were counted in Redis ahead of the requests they are for. */
interface Lease {
  /** All that anybody counted, our unused ones among them: the others' are taken for used. */
  readonly hits: number;
  readonly endsAt: number;
  unused: number;
}

/** Of what is left of a limit, so much is counted ahead: near the limit nothing is, so that it stays exact. */
const SHARE_AHEAD = 0.01;
const MAX_AHEAD = 1000;
const CAPACITY = 10_000;

/**
 * Spares most requests the question to Redis: while much of a limit is left, a process counts a hundredth of that ahead
 * and spends it by itself. A limit is never exceeded for it; at worst so much of it goes unused.
 */
export class Leases {
  private readonly leases = new Map<string, Lease>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** One hit out of each key's lease; `undefined`, and nothing spent, unless all of them have one. */
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

  /** How many hits to count now: the request's own, unless it has one already, and those ahead. */
  toCount(key: string, limit: number): number {
    const known = this.leases.get(key);
    if (!known || known.endsAt <= this.now()) return 1;
    if (known.unused > 0) {
      known.unused--;
      return 0;
    }
    return 1 + Math.max(0, Math.min(MAX_AHEAD, Math.floor((limit - known.hits) * SHARE_AHEAD)));
  }

  /** Keeps what was counted beyond the request itself; answers the request's own place in the window. */
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
