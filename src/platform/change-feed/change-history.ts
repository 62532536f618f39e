import { LRUCache } from 'lru-cache';

/** How many keys to remember; of others it is only known that they changed no later than the last one that was forgotten. */
const CAPACITY = 50_000;

/**
 * When keys last changed, by a clock of its own that every change advances. Whoever reads something notes the point before, and asks
 * later whether it still holds: a change that came while the read was under way is seen as well.
 */
export class ChangeHistory {
  private last = 0;
  /** What was read before this point holds no longer. */
  private floor = 0;
  private readonly changes: LRUCache<string, number>;

  constructor(capacity = CAPACITY) {
    this.changes = new LRUCache<string, number>({
      max: capacity,
      dispose: (at, _key, reason) => {
        if (reason === 'evict') this.floor = Math.max(this.floor, at);
      },
    });
  }

  /** The present point. */
  get point(): number {
    return this.last;
  }

  /** Records that these keys change now. */
  note(keys: readonly string[]): void {
    this.last += 1;
    for (const key of keys) this.changes.set(key, this.last);
  }

  /** Records that anything may have changed. */
  noteAll(): void {
    this.last += 1;
    this.floor = this.last;
  }

  /** Whether none of the keys changed after the point. */
  isUnchanged(keys: readonly string[], since: number): boolean {
    if (since < this.floor) return false;
    for (const key of keys) if ((this.changes.peek(key) ?? 0) > since) return false;
    return true;
  }
}
