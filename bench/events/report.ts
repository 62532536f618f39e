import { median } from '../measure/latency.js';
import { round, table } from '../terminal/table.js';
import type { EventsFigures } from './events.js';

/** What the run says in one JSON line. Times are ms, unless the name says otherwise. */
export function summarise({ delay, perSecond, workerCpuMs, undelivered, pairs }: EventsFigures) {
  const shares = pairs.map((pair) => 1 - cpuOf(pair.without) / cpuOf(pair.with));
  return {
    delayMs: { p50: round(delay.p50), p99: round(delay.p99) },
    perSecond: round(perSecond),
    workerCpuMsPerEvent: round(workerCpuMs, 3),
    undelivered,
    apiCpuMsPerPaidOrder: {
      withEvents: round(median(pairs.map((pair) => cpuOf(pair.with))), 3),
      withoutEvents: round(median(pairs.map((pair) => cpuOf(pair.without))), 3),
    },
    /** What the outbox costs the api, of its CPU. */
    shareOfApi: { median: round(median(shares), 3), ofPairs: shares.map((share) => round(share, 3)) },
  };
}

export type EventsSummary = ReturnType<typeof summarise>;

const cpuOf = ({ load, cpuMs }: EventsFigures['pairs'][number]['with']) => (cpuMs['api'] ?? Number.NaN) / load.measured;

/** What is wrong with what was measured; nothing when all is well. */
export function complaints({ undelivered }: EventsSummary): string[] {
  return undelivered === 0 ? [] : [`${undelivered} events were not delivered.`];
}

export function print(summary: EventsSummary): string {
  const { delayMs, apiCpuMsPerPaidOrder: api, shareOfApi } = summary;
  return table([
    ['from commit to acknowledged webhook, p50 / p99', `${delayMs.p50} / ${delayMs.p99} ms`],
    ['acknowledged webhooks per second, of a backlog', summary.perSecond],
    ['  CPU of the worker for each', `${summary.workerCpuMsPerEvent} ms`],
    ['CPU of the api per paid order, with events / without', `${api.withEvents} / ${api.withoutEvents} ms`],
    ['  share of the outbox', `${shareOfApi.median} (${shareOfApi.ofPairs.join(' ')})`],
  ]);
}
