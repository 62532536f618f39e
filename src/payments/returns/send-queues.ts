import { ConcurrencyLimit } from '../../shared/concurrency-limit.js';

/** Calls of one provider at a time. */
const AT_ONCE = 8;

/** A queue for each provider, so that one that hangs delays no other. */
export class SendQueues {
  private readonly byProvider = new Map<string, ConcurrencyLimit>();

  /** Calls `work` when it is its turn at the provider. */
  run<T>(provider: string, work: () => Promise<T>): Promise<T> {
    const queue = this.byProvider.get(provider) ?? new ConcurrencyLimit(AT_ONCE, Infinity);
    this.byProvider.set(provider, queue);
    return queue.run(work);
  }
}
