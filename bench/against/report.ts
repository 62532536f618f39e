import { median } from '../measure/latency.js';
import { round, table } from '../terminal/table.js';
import type { AgainstFigures, Side } from './against.js';

const SIDES: readonly Side[] = ['this', 'other'];

/** What the run says in one JSON line. */
export function summarise({ pairs, correct }: AgainstFigures) {
  const ratios = pairs.map((pair) => pair.this.load.perSecond / pair.other.load.perSecond);
  return {
    median: round(median(ratios), 3),
    ratios: ratios.map((ratio) => round(ratio, 3)),
    perSecond: bySide((side) => round(median(pairs.map((pair) => pair[side].load.perSecond)))),
    cpuMsPerPaidOrder: bySide((side) => cpuPerOrder(pairs.map((pair) => pair[side]))),
    correct,
  };
}

export type AgainstSummary = ReturnType<typeof summarise>;

function cpuPerOrder(loads: readonly AgainstFigures['pairs'][number][Side][]): Record<string, number> {
  const orders = loads.reduce((sum, { load }) => sum + load.measured, 0);
  const names = Object.keys(loads[0]?.cpuMs ?? {});
  const used = (name: string) => loads.reduce((sum, { cpuMs }) => sum + (cpuMs[name] ?? 0), 0);
  return Object.fromEntries(names.map((name) => [name, round(used(name) / orders, 3)]));
}

function bySide<T>(of: (side: Side) => T): Readonly<Record<Side, T>> {
  return { this: of('this'), other: of('other') };
}

/** What is wrong with what was measured; nothing when all is well. */
export function complaints({ correct }: AgainstSummary): string[] {
  return SIDES.filter((side) => !correct[side]).map(
    (side) => `The database of "${side}" differs from what its customers were told, or a request failed.`,
  );
}

export function print({ median: middle, ratios, perSecond, cpuMsPerPaidOrder }: AgainstSummary): string {
  return table([
    ['paid orders, this / other', `${middle} (${ratios.join(' ')})`],
    ...SIDES.flatMap((side): [string, string][] => [
      [`${side}: paid orders per second`, String(perSecond[side])],
      [`${side}: CPU of a paid order, ms`, words(cpuMsPerPaidOrder[side])],
    ]),
  ]);
}

function words(times: Readonly<Record<string, number>>): string {
  return Object.entries(times)
    .map(([name, ms]) => `${name} ${ms}`)
    .join(', ');
}
