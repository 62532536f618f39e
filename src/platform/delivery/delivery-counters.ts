import { Counter } from 'prom-client';
import { currentShop, gauge } from '../metrics/index.js';

const outcomes = ['done', 'retried', 'dead'] as const;

/** Ended attempts to deliver. */
export const finished = new Counter({
  name: 'till_deliveries_total',
  help: 'Attempts to deliver an event to a consumer, by how they ended (done, retried, dead).',
  labelNames: ['consumer', 'outcome'],
});

/** How many effects of each consumer run, by shop. */
const running = new Map<string | undefined, Map<string, number>>();

/** Counts an effect as running until it ends. */
export async function counted<T>(consumer: string, effect: () => Promise<T>): Promise<T> {
  const effects = running.get(currentShop()) ?? showRunning();
  const add = (by: number) => effects.set(consumer, (effects.get(consumer) ?? 0) + by);
  add(1);
  try {
    return await effect();
  } finally {
    add(-1);
  }
}

/** Returns the effects of the present shop, whose gauge it registers. */
function showRunning(): Map<string, number> {
  const effects = running.get(currentShop()) ?? new Map<string, number>();
  running.set(currentShop(), effects);
  const help = 'Effects of events that this worker has begun and not ended, by consumer; of webhooks: requests.';
  gauge('till_effects_running', help, ['consumer'], (set) => {
    for (const [consumer, number] of effects) set({ consumer }, number);
  });
  return effects;
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
  const effects = showRunning();
  effects.set(consumer, effects.get(consumer) ?? 0);
}
