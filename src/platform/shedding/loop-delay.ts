import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** The share of the time between two samples for which a loop with a queue runs: one that waits for events at all has none. */
const BUSY = 0.98;

/**
 * Returns the delay of the event loop that its own queue causes: how late a timer fired, unless the loop waited for events meanwhile. A process
 * that gets no processor, or is paused, is late too, but has an empty queue: refusing requests would help nobody.
 */
export function queueDelay(lateMs: number, utilization: number): number {
  return utilization < BUSY ? 0 : Math.max(0, lateMs);
}

/** Measures the queue of this process's event loop. */
export class LoopDelay {
  private lastAt = performance.now();
  private lastUse: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(private readonly everyMs: number) {}

  /** Returns the delay in milliseconds. Call it by a timer every `everyMs`. */
  sample(): number {
    const [now, use] = [performance.now(), performance.eventLoopUtilization()];
    const { utilization } = performance.eventLoopUtilization(use, this.lastUse);
    const late = now - this.lastAt - this.everyMs;
    [this.lastAt, this.lastUse] = [now, use];
    return queueDelay(late, utilization);
  }
}
