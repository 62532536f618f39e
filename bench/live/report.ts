import { round, table } from '../terminal/table.js';
import type { LiveFigures } from './live.js';

/** What the run says in one JSON line. */
export function summarise({ delay, longestMs, memory, cpuShare, perSecond, ...counts }: LiveFigures) {
  return {
    ...counts,
    perSecond: round(perSecond),
    delayMs: { p50: round(delay.p50), p99: round(delay.p99), longest: round(longestMs) },
    memoryMiB: { before: round(memory.before), connected: round(memory.connected), peak: round(memory.peak) },
    kibPerConnection: round(((memory.connected - memory.before) * 1024) / counts.connections),
    cpuShare: round(cpuShare, 3),
  };
}

export type LiveSummary = ReturnType<typeof summarise>;

/** What is wrong with what was measured; nothing when all is well. */
export function complaints({ missed }: LiveSummary): string[] {
  return missed === 0 ? [] : [`${missed} events did not reach a connection that should have got them, or came twice.`];
}

export function print(summary: LiveSummary): string {
  const { delayMs, memoryMiB } = summary;
  return table([
    ['live connections to one api', summary.connections],
    ['events, and how often one reached a connection', `${summary.events}, ${summary.received}`],
    ['  a second', summary.perSecond],
    ['from commit to client, p50 / p99 / longest', `${delayMs.p50} / ${delayMs.p99} / ${delayMs.longest} ms`],
    [
      'memory of the api before / connected / at most',
      `${memoryMiB.before} / ${memoryMiB.connected} / ${memoryMiB.peak} MiB`,
    ],
    ['  for each connection', `${summary.kibPerConnection} KiB`],
    ['CPU of the api, of one core', summary.cpuShare],
  ]);
}
