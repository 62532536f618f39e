import type { Window } from './memory-windows.js';

/** What is asked of Redis beside a request's own place. */
export interface Ask {
  /** Whether places for later requests are wanted. */
  readonly ahead: boolean;
  /** Places that were given ahead before, and are used now. */
  readonly used: number;
}

/** Places that Redis gave: `hits` of all processes, the last `ahead` of which are for our later requests. */
export interface Given extends Window {
  readonly ahead: number;
  /** Of the window: when it ends by the clock of Redis, in milliseconds since 1970. */
  readonly windowId: number;
}

/** Places of a window that go back to Redis. */
export interface Returned {
  readonly unused: number;
  /** All that were given ahead since the last report, used or not. */
  readonly lent: number;
  readonly windowId: number;
}

interface Lease {
  hits: number;
  endsAt: number;
  windowId: number;
  unused: number;
  lent: number;
  /** Whether a request asks Redis for places ahead now. */
  isAsking: boolean;
}

const CAPACITY = 10_000;

/**
 * Places under limits that Redis gave this process ahead, so that most requests need no round trip. The process holds them until their
 * window ends or another process needs them.
 */
export class Leases {
  private readonly leases = new Map<string, Lease>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Uses a place of the key, if one is here. */
  spend(key: string): Window | undefined {
    const lease = this.leases.get(key);
    const endsInMs = lease ? lease.endsAt - this.now() : 0;
    if (!lease || endsInMs <= 0 || lease.unused === 0) return undefined;
    const position = lease.hits - lease.unused + 1;
    lease.unused -= 1;
    return { hits: position, endsInMs };
  }

  /**
   * Returns what to ask Redis for with a request. The first request of a window gets nothing ahead, since most subjects send few; nor do
   * requests that come while another one asks. `keep` or `giveUp` follows.
   */
  ask(key: string): Ask {
    const lease = this.live(key);
    if (!lease || lease.isAsking || lease.unused > 0) return { ahead: false, used: 0 };
    const used = lease.lent;
    lease.isAsking = true;
    lease.lent = 0;
    return { ahead: true, used };
  }

  /** Stores what was given ahead. */
  keep(key: string, asked: Ask, { hits, endsInMs, ahead, windowId }: Given): void {
    const known = this.live(key);
    const lease = known?.windowId === windowId ? known : { unused: 0, lent: 0, isAsking: known?.isAsking ?? false };
    const { unused, lent } = lease;
    this.leases.delete(key);
    this.leases.set(key, {
      hits,
      windowId,
      endsAt: this.now() + endsInMs,
      unused: unused + ahead,
      lent: lent + ahead,
      isAsking: lease.isAsking && !asked.ahead,
    });
    if (this.leases.size > CAPACITY) this.leases.delete(this.leases.keys().next().value!);
  }

  /** Redis did not answer, or the limit is used up. */
  giveUp(key: string, asked: Ask): void {
    const lease = this.leases.get(key);
    if (lease && asked.ahead) lease.isAsking = false;
  }

  /** Takes what is left of a key from here. */
  takeBack(key: string): Returned | undefined {
    const lease = this.live(key);
    if (!lease || lease.lent === 0) return undefined;
    const { unused, lent, windowId } = lease;
    lease.unused = 0;
    lease.lent = 0;
    return { unused, lent, windowId };
  }

  private live(key: string): Lease | undefined {
    const lease = this.leases.get(key);
    return lease && lease.endsAt > this.now() ? lease : undefined;
  }
}
