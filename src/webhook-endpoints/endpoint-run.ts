import { setTimeout as delay } from 'node:timers/promises';

/** How often to look for more while something is being sent, in milliseconds. */
const LOOK_MS = 250;

interface Due {
  /** What it is about. */
  readonly aggregateId: string;
}

/** Sends what is due for one endpoint, several at once; what is about one thing in order, one after the other. */
export class EndpointRun<T extends Due> {
  private waiting: T[][] = [];
  private readonly busy = new Map<string, Promise<void>>();
  private stopped = false;

  constructor(
    /** Loads what is due and not about any of these things. */
    private readonly load: (busy: readonly string[]) => Promise<readonly T[]>,
    /** Sends one. Returns whether to go on. */
    private readonly send: (one: T) => Promise<boolean>,
  ) {}

  /** Runs until nothing is due, or until one is not to go on. @throws the first error of `load` or `send`, when all have ended */
  async run(lanes: number): Promise<void> {
    try {
      // Several may end at the same moment, so nothing being sent does not mean that nothing is due.
      for (await this.begin(lanes); this.busy.size > 0; await this.begin(lanes)) {
        await Promise.race([...this.busy.values(), delay(LOOK_MS)]);
      }
    } finally {
      this.stopped = true;
      await Promise.allSettled(this.busy.values());
    }
  }

  /** Begins no more. */
  stop(): void {
    this.stopped = true;
  }

  private async begin(lanes: number): Promise<void> {
    if (this.stopped || this.busy.size >= lanes) return;
    if (this.waiting.length === 0) await this.refill();
    for (const group of this.waiting.splice(0, lanes - this.busy.size)) {
      const { aggregateId } = group[0]!;
      const sent = this.sendAll(group).finally(() => this.busy.delete(aggregateId));
      sent.catch(() => undefined); // reported by run()
      this.busy.set(aggregateId, sent);
    }
  }

  private async refill(): Promise<void> {
    const due = await this.load([...this.busy.keys()]);
    this.waiting = [...Map.groupBy(due, ({ aggregateId }) => aggregateId).values()];
  }

  private async sendAll(group: readonly T[]): Promise<void> {
    for (const one of group) {
      if (this.stopped) return;
      if (!(await this.send(one))) this.stopped = true;
    }
  }
}
