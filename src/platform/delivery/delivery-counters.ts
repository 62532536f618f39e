import { Counter, Gauge } from 'prom-client';

const outcomes = ['done', 'retried', 'dead'] as const;

/** Ended attempts to deliver. */
export const finished = new Counter({
  name: 'till_deliveries_total',
  help: 'Attempts to deliver an event to a consumer, by how they ended (done, retried, dead).',
  labelNames: ['consumer', 'outcome'],
});

const running = new Gauge({
  name: 'till_effects_running',
  help: 'Effects of events that this worker has begun and not ended, by consumer; of webhooks: requests.',
  labelNames: ['consumer'],
});

/** Counts an effect as running until it ends. */
export async function counted<T>(consumer: string, effect: () => Promise<T>): Promise<T> {
  running.inc({ consumer });
  try {
    return await effect();
  } finally {
    running.dec({ consumer });
  }
}

/** Deliveries without Redis. */
export const delivered = new Counter({
  name: 'till_deliveries_direct_total',
  help: 'Events handed to a consumer without Redis, because it took no jobs.',
  labelNames: ['consumer'],
});

/** Shows 0 for a consumer that has had no event yet. */
export function countConsumer(consumer: string): void {
  for (const outcome of outcomes) finished.inc({ consumer, outcome }, 0);
  delivered.inc({ consumer }, 0);
  running.inc({ consumer }, 0);
}
