import { DomainError } from '../../shared/errors.js';
import { sqlState } from './errors.js';
import { LOCKED } from './retries.js';

/** The maximum wait in a queue that does not move, in milliseconds. */
const PATIENCE_MS = 1000;
/** The maximum wait in a queue that moves, in milliseconds: with the tries before and after, less than the 5 s of a client. */
const LONGEST_MS = 2500;
/** The maximum length of the queue: more would only wait to be refused. */
const WAITING_ROOM = 200;

/** The rows are locked by others for too long; nothing was changed. */
export class RowsLocked extends DomainError {
  readonly code = 'overloaded';
  readonly kind = 'unavailable';

  constructor() {
    super(
      'Others change the same rows for too long, or too many wait for them. Try again with the same Idempotency-Key.',
      {
        retryAfterSeconds: 1,
      },
    );
  }
}

/**
 * The queue of use cases that met a lock that is held for long. They wait for their turn without a connection, and at most half of
 * the pool waits for locks, so that a locked row never takes connections from requests that do not need it.
 */
export class LockQueue {
  private readonly places: number;
  private taken = 0;
  private readonly waiting = new Set<() => void>();
  /** When a use case last got its rows, by `performance.now()`. */
  private movedAt = -Infinity;

  constructor(poolSize: number) {
    this.places = Math.max(1, Math.floor(poolSize / 2));
  }

  /** Whether a use case is in the queue, or past it and still waiting for a lock. */
  get isBusy(): boolean {
    return this.taken > 0;
  }

  /** @throws RowsLocked if the queue did not move for a second, moved for 2.5 s without reaching this use case, or `work` waited for a lock in vain */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      const result = await work();
      this.movedAt = performance.now();
      return result;
    } catch (error) {
      throw sqlState(error) === LOCKED ? new RowsLocked() : error;
    } finally {
      this.handOver();
    }
  }

  private async turn(): Promise<void> {
    if (this.taken < this.places) return void this.taken++;
    if (this.waiting.size >= WAITING_ROOM) throw new RowsLocked();
    const cameAt = performance.now();
    await new Promise<void>((resolve, reject) => {
      const come = () => {
        clearTimeout(timer);
        this.waiting.delete(come);
        resolve();
      };
      const look = () => {
        const leftMs = this.patienceSince(cameAt) - performance.now();
        if (leftMs > 0) return void (timer = setTimeout(look, leftMs));
        this.waiting.delete(come);
        reject(new RowsLocked());
      };
      let timer = setTimeout(look, PATIENCE_MS);
      this.waiting.add(come);
    });
  }

  /** Returns the present end of the wait for a use case that arrived at this time. */
  private patienceSince(cameAt: number): number {
    return Math.min(Math.max(cameAt, this.movedAt) + PATIENCE_MS, cameAt + LONGEST_MS);
  }

  /** Passes the place directly to the next use case. */
  private handOver(): void {
    const [next] = this.waiting;
    if (next) next();
    else this.taken--;
  }
}
