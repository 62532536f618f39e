import { percentile } from '../measure/latency.js';
import { round, table } from '../terminal/table.js';
import type { MigrationFigures } from './migration.js';
import type { Migrated } from './migrators.js';
import type { Sample } from './requests.js';

const MAX_P99_MS = 1000;
const WAITS = 8;

/** What the run says in one JSON line. */
export function summarise({ before, during, after, migrated, ...figures }: MigrationFigures) {
  return {
    ...figures,
    migratingSeconds: round(migrated.seconds),
    slowestMigrations: Object.fromEntries(migrated.slowest.map(([name, seconds]) => [name, round(seconds, 2)])),
    longestWaits: Object.fromEntries(longestWaits(during, migrated)),
    killedDuring: migrated.killedDuring,
    begunTwice: migrated.begunTwice,
    requests: { before: summaryOf(before), during: summaryOf(during), after: summaryOf(after) },
    errors: errorsOf([...before, ...during, ...after]),
  };
}

export type MigrationSummary = ReturnType<typeof summarise>;

function summaryOf(samples: readonly Sample[]) {
  const times = Float64Array.from(samples.map(({ ms }) => ms)).sort();
  const at = (share: number) => round(percentile(times, share));
  return { count: samples.length, p50: at(0.5), p99: at(0.99), slowest: at(1) };
}

/** Returns the migrations during which requests took longest, each with the slowest request that came then, in milliseconds. */
function longestWaits(samples: readonly Sample[], { steps }: Migrated): [name: string, ms: number][] {
  const waits = steps.map(({ name, at }, index): [string, number] => {
    const end = steps[index + 1]?.at ?? Infinity;
    const times = samples.filter((sample) => sample.at >= at && sample.at < end).map(({ ms }) => ms);
    return [name, round(Math.max(0, ...times))];
  });
  return waits.toSorted((one, other) => other[1] - one[1]).slice(0, WAITS);
}

function errorsOf(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { error } of samples) if (error !== undefined) counts[error] = (counts[error] ?? 0) + 1;
  return counts;
}

export function print({ requests, ...summary }: MigrationSummary): string {
  return table([
    [
      `${summary.orders} orders (${summary.databaseSize}), ${summary.rate} requests a second`,
      'p50 / p99 / slowest, ms',
    ],
    ...Object.entries(requests).map(
      ([name, { count, p50, p99, slowest }]) => [`  ${name}`, `${p50} / ${p99} / ${slowest} of ${count}`] as const,
    ),
    ['errors', Object.values(summary.errors).reduce((sum, count) => sum + count, 0)],
    ['migrating, with a killed migrator', `${summary.migratingSeconds} s, killed during ${summary.killedDuring}`],
    ...Object.entries(summary.slowestMigrations).map(([name, seconds]) => [`  ${name}`, `${seconds} s`] as const),
    ['the slowest request during', ''],
    ...Object.entries(summary.longestWaits).map(([name, ms]) => [`  ${name}`, `${ms} ms`] as const),
  ]);
}

/** What must not be, in plain words. */
export function complaints({ errors, requests, begunTwice }: MigrationSummary): string[] {
  const { p99 } = requests.during;
  return [
    ...Object.entries(errors).map(([message, count]) => `${count} times: ${message}`),
    ...(p99 < MAX_P99_MS ? [] : [`The p99 during the migrations was ${p99} ms; ${MAX_P99_MS} ms are allowed.`]),
    ...begunTwice.map((name) => `Both migrators began ${name}.`),
  ];
}
