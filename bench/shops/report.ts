import { latencyOf, median } from '../measure/latency.js';
import { round, table } from '../terminal/table.js';
import type { LoadResult } from '../load/tally.js';
import type { SteadyLoads } from './loads.js';
import type { ShopsFigures } from './shops.js';

/** What the run says in one JSON line. Times in the units of their names. */
export function summarise({ shops, many, ...figures }: ShopsFigures) {
  const p99s = figures.loads.map(
    (pair) => pair.many.stepLatencyMs['placing']!.p99 / pair.one.stepLatencyMs['placing']!.p99,
  );
  const steadyLoads = figures.steady.flatMap((round) => Object.values(round) as LoadResult[]);
  const loads = [...figures.loads.flatMap((pair) => [pair.one, pair.many]), ...steadyLoads];
  const errors = loads.flatMap((load) => Object.keys(load.errors));
  return {
    shops,
    createSeconds: rounded(latencyOf(many.createSeconds)),
    migrateSeconds: round(many.migrateSeconds),
    diskMiB: round(many.diskMiB),
    startSeconds: rounded(figures.startSeconds),
    firstRequestMs: rounded(latencyOf(many.firstRequestMs)),
    apiMiB: round(many.apiMiB),
    connectionMiB: rounded(figures.connectionMiB),
    paidOrders: { median: round(median(figures.ratios), 3), ratios: figures.ratios.map((ratio) => round(ratio, 3)) },
    placingP99: { median: round(median(p99s), 3), ratios: p99s.map((ratio) => round(ratio, 3)) },
    rate: figures.rate,
    steadyP99Ms: steadyP99s(figures.steady),
    booksBalance: figures.balanced,
    errors: [...new Set(errors)],
  };
}

const p99 = (load: LoadResult | undefined) => load?.stepLatencyMs['placing']!.p99 ?? Number.NaN;

/** The p99 of placing at a fixed rate, in milliseconds and, in each round, as many times that of one shop. */
function steadyP99s(rounds: ShopsFigures['steady']) {
  const of = (name: keyof SteadyLoads) => {
    const ratios = rounds.map((round) => p99(round[name]) / p99(round.one));
    return {
      p99: round(median(rounds.map((load) => p99(load[name]))), 2),
      ratio: round(median(ratios), 3),
      ratios: ratios.map((ratio) => round(ratio, 3)),
    };
  };
  return { one: of('one').p99, few: of('few'), ...(rounds[0]?.all && { all: of('all') }) };
}

export type ShopsSummary = ReturnType<typeof summarise>;

function rounded<T extends object>(figures: T): T {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value as number, 2)])) as T;
}

export function print(summary: ShopsSummary): string {
  const { startSeconds, firstRequestMs, connectionMiB, paidOrders, placingP99, steadyP99Ms } = summary;
  return table([
    ['shops in the database', summary.shops],
    ...made(summary),
    ['till migrate through all, nothing to do', `${summary.migrateSeconds} s`],
    ['start of an api, with one shop / with many', `${startSeconds.one} / ${startSeconds.many} s`],
    ["a shop's first request, p50 / p99", `${firstRequestMs.p50} / ${firstRequestMs.p99} ms`],
    ['memory of the api for each shop in use', `${summary.apiMiB} MiB`],
    ['private memory of a connection, one / many', `${connectionMiB.one} / ${connectionMiB.many} MiB`],
    ['paid orders without a pause, many / one', `${paidOrders.median} (${paidOrders.ratios.join(' ')})`],
    ['p99 of placing without a pause, many / one', `${placingP99.median} (${placingP99.ratios.join(' ')})`],
    [`p99 of placing at ${summary.rate} orders/s, one shop`, `${steadyP99Ms.one} ms`],
    ...Object.entries({ few: steadyP99Ms.few, all: steadyP99Ms.all }).flatMap(([name, of]) =>
      of ? [[`the same in ${name} that sell`, `${of.p99} ms: ${of.ratio} (${of.ratios.join(' ')})`] as const] : [],
    ),
  ]);
}

/** Of the shops that this run made: none where a kept folder had them all. */
function made({ createSeconds, diskMiB }: ShopsSummary): readonly (readonly [string, string])[] {
  if (Number.isNaN(diskMiB)) return [];
  return [
    ['making one, p50 / p99', `${createSeconds.p50} / ${createSeconds.p99} s`],
    ['on the disk, for each', `${diskMiB} MiB`],
  ];
}

/** What is wrong with what was measured; nothing when all is well. */
export function complaints({ booksBalance, errors }: ShopsSummary): string[] {
  return [...errors, ...(booksBalance ? [] : ['The books of a shop do not balance.'])];
}
