import { DomainError } from './errors.js';

export class Overloaded extends DomainError {
  readonly code = 'overloaded';
  readonly kind = 'unavailable';

  constructor() {
    super('Too many requests wait for the same work already.', { retryAfterSeconds: 2 });
  }
}

/**
 * Runs at most `atOnce` tasks at the same time; up to `waitingRoom` more wait in order. One subject (an address) takes at
 * most half of all places, running and waiting, so that others can still get one.
 */
export class ConcurrencyLimit {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly bySubject = new Map<string, number>();
  private readonly perSubject: number;

  constructor(
    private readonly atOnce: number,
    private readonly waitingRoom: number,
  ) {
    this.perSubject = Math.ceil((atOnce + waitingRoom) / 2);
  }

  /** How many tasks wait for a place. */
  get waits(): number {
    return this.waiting.length;
  }

  /** @throws Overloaded when the waiting room is full, or when the subject has its share of the places */
  async run<T>(work: () => Promise<T>, subject?: string): Promise<T> {
    if (subject !== undefined) this.enter(subject);
    try {
      await this.turn();
      try {
        return await work();
      } finally {
        this.handOver();
      }
    } finally {
      if (subject !== undefined) this.leave(subject);
    }
  }

  private enter(subject: string): void {
    const count = this.bySubject.get(subject) ?? 0;
    if (count >= this.perSubject) throw new Overloaded();
    this.bySubject.set(subject, count + 1);
  }

  private leave(subject: string): void {
    const left = this.bySubject.get(subject)! - 1;
    if (left > 0) this.bySubject.set(subject, left);
    else this.bySubject.delete(subject);
  }

  private turn(): Promise<void> | void {
    if (this.running < this.atOnce) {
      this.running++;
      return;
    }
    if (this.waiting.length >= this.waitingRoom) throw new Overloaded();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Passes the place directly to the next waiting task. */
  private handOver(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running--;
  }
}
