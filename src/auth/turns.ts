import { DomainError } from '../shared/errors.js';

export class Overloaded extends DomainError {
  readonly code = 'overloaded';
  readonly kind = 'unavailable';

  constructor() {
    super('Too many requests wait for the same work already.', { retryAfterSeconds: 2 });
  }
}

/**
 * Runs at most `atOnce` pieces of work together; the others wait in order, at most `waitingRoom` of them. No one subject
 * (an address) takes more than half of the places, running and waiting, so that a crowd leaves room for others.
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

  /** @throws Overloaded when the waiting room is full, or the subject has its share of it */
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

  /** To the next in line, who takes the place without giving it back first. */
  private handOver(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running--;
  }
}
