import { ConcurrencyLimit } from '../../shared/concurrency-limit.js';

/** Calls of one provider at a time. */
const AT_ONCE = 8;
/** Calls that may wait for their turn at a provider. From half of them on it is busy. */
const WAITING = 128;

/** A short queue for each provider, so that one that hangs delays no other. Whatever more there is to send stays in the database. */
export class SendQueues {
  private readonly byProvider = new Map<string, ConcurrencyLimit>();
  private readonly sending = new Set<Promise<void>>();

  /** Returns the providers for which nothing more should begin now. */
  busy(): string[] {
    return [...this.byProvider].filter(([, queue]) => queue.waits >= WAITING / 2).map(([provider]) => provider);
  }

  /** Calls `work`, which must not throw, when it is its turn at the provider; leaves it out if the queue is full. */
  add(provider: string, work: () => Promise<void>): void {
    const queue = this.byProvider.get(provider) ?? new ConcurrencyLimit(AT_ONCE, Infinity);
    this.byProvider.set(provider, queue);
    if (queue.waits >= WAITING) return;
    const sent = queue.run(work).finally(() => this.sending.delete(sent));
    this.sending.add(sent);
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    while (this.sending.size > 0) await Promise.all(this.sending);
  }
}
