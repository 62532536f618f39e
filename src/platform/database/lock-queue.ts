import { DomainError } from '../../shared/errors.js';

/** How long one waits in the queue at most, in milliseconds. */
const PATIENCE_MS = 1000;
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

  constructor(poolSize: number) {
    this.places = Math.max(1, Math.floor(poolSize / 2));
  }

  /** Whether anybody is in the queue or past it and still waits. */
  get isBusy(): boolean {
    return this.taken > 0;
  }

  /** @throws RowsLocked when its turn does not come within a second */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.handOver();
    }
  }

  private async turn(): Promise<void> {
    if (this.taken < this.places) return void this.taken++;
    if (this.waiting.size >= WAITING_ROOM) throw new RowsLocked();
    await new Promise<void>((resolve, reject) => {
      const come = () => {
        clearTimeout(timer);
        this.waiting.delete(come);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(come);
        reject(new RowsLocked());
      }, PATIENCE_MS);
      this.waiting.add(come);
    });
  }

  /** To the next in line, who takes the place without giving it back first. */
  private handOver(): void {
    const [next] = this.waiting;
    if (next) next();
    else this.taken--;
  }
}
