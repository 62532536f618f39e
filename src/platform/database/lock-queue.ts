import { DomainError } from '../../shared/errors.js';

/** How long one waits in the queue while nobody gets what they wait for, in milliseconds. */
const PATIENCE_MS = 1000;
/** How long one waits in a queue that moves: with the tries before and after, less than the 5 s of a client. */
const LONGEST_MS = 2500;
/** More would only wait to be refused. */
const WAITING_ROOM = 200;

/** What is to be changed is locked by others for longer than anybody waits; nothing was changed. */
export class RowsLocked extends DomainError {
  readonly code = 'overloaded';
  readonly kind = 'unavailable';

  constructor() {
    super('Others change the same rows, and too many wait for them. Try again with the same Idempotency-Key.', {
      retryAfterSeconds: 1,
    });
  }
}

/**
 * Where use cases wait that met a lock which is held for long. They wait for their turn without a connection, and at most
 * half of the pool waits for locks, so that a locked row never keeps a connection from the requests that do not need it.
 */
export class LockQueue {
  private readonly places: number;
  private taken = 0;
  private readonly waiting = new Set<() => void>();
  /** When somebody last got what they waited for, by `performance.now()`. */
  private movedAt = -Infinity;

  constructor(poolSize: number) {
    this.places = Math.max(1, Math.floor(poolSize / 2));
  }

  /** Whether anybody is in the queue or past it and still waits. */
  get isBusy(): boolean {
    return this.taken > 0;
  }

  /** @throws RowsLocked when the queue has stood still for a second, or has moved for 2.5 s and the turn has not come */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      const result = await work();
      this.movedAt = performance.now();
      return result;
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

  /** Until when one who came at this time waits, as things are. */
  private patienceSince(cameAt: number): number {
    return Math.min(Math.max(cameAt, this.movedAt) + PATIENCE_MS, cameAt + LONGEST_MS);
  }

  /** To the next in line, who takes the place without giving it back first. */
  private handOver(): void {
    const [next] = this.waiting;
    if (next) next();
    else this.taken--;
  }
}
