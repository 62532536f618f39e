import { DomainError } from '../shared/errors.js';

export class Overloaded extends DomainError {
  readonly code = 'overloaded';
  readonly kind = 'unavailable';

  constructor() {
    super('Too many requests wait for the same work already.', { retryAfterSeconds: 2 });
  }
}

/** Runs at most `atOnce` pieces of work together; the others wait in order, at most `waitingRoom` of them. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waitingRoom: number,
  ) {}

  /** @throws Overloaded when the waiting room is full */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      this.handOver();
    }
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
