import { type Latency, mean } from '../measure/latency.js';
import type { Statement } from '../measure/statements.js';
import { round, table } from '../table.js';
import type { ThroughputFigures } from './throughput.js';

/** What the run says in one JSON line. Times are ms, unless the name says otherwise. */
export function summarise({ floors, orders, statements, check, pages }: ThroughputFigures) {
  const { load, cpuMs, backlog } = orders;
  const floor = floors.length > 0 ? mean(floors.map(({ ordersPerSecond }) => ordersPerSecond)) : null;
  return {
    paidOrdersPerSecond: round(load.perSecond),
    floorPerSecond: floor && round(floor),
    ratioToFloor: floor && round(load.perSecond / floor, 3),
    floors: floors.map(({ ordersPerSecond, latencyMs }) => ({
      perSecond: round(ordersPerSecond),
      ...rounded(latencyMs),
    })),
    latencyMs: { paidOrder: rounded(load.latencyMs), ...mapped(load.stepLatencyMs, rounded) },
    cpuMsPerPaidOrder: mapped(cpuMs, (ms) => round(ms, 3)),
    sqlStatementsPerPaidOrder: statements
      ? { api: perOrder(statements.api, statements.orders), worker: perOrder(statements.worker, statements.orders) }
      : null,
    backlog: { atEnd: backlog.atEnd, secondsToZero: round(backlog.secondsToZero, 2) },
    productPagesPerSecond: round(pages.till.perSecond),
    bareRoutePerSecond: round(pages.bare.perSecond),
    ratioToBareRoute: round(pages.till.perSecond / pages.bare.perSecond, 3),
    paidOrders: { inDatabase: check.paidInDatabase, byAnswers: check.paidByAnswers },
    ledgerBalanced: check.balanced,
    errors: errorsOf(load, ...pages.till.rounds, ...pages.bare.rounds),
  };
}

export type ThroughputSummary = ReturnType<typeof summarise>;

/** How long the worker may take to catch up, in seconds. */
const MAX_CATCH_UP_SECONDS = 5;

/** What is wrong with what was measured, in plain words; nothing when all is well. */
export function complaints({ errors, paidOrders, ledgerBalanced, backlog }: ThroughputSummary): string[] {
  const late = `The worker took ${backlog.secondsToZero} s to catch up; ${MAX_CATCH_UP_SECONDS} s are allowed.`;
  const { inDatabase, byAnswers } = paidOrders;
  return [
    ...Object.entries(errors).map(([message, count]) => `${count} times: ${message}`),
    ...(inDatabase === byAnswers ? [] : [`The database has ${inDatabase} paid orders, the answers say ${byAnswers}.`]),
    ...(ledgerBalanced ? [] : ['The ledger does not balance.']),
    ...(backlog.secondsToZero > MAX_CATCH_UP_SECONDS ? [late] : []),
  ];
}

export function print(summary: ThroughputSummary): string {
  const { latencyMs, cpuMsPerPaidOrder: cpu, sqlStatementsPerPaidOrder: sql, backlog } = summary;
  return table([
    ['paid orders per second', summary.paidOrdersPerSecond],
    [
      '  floor (pgbench, before and after)',
      summary.floors.map(({ perSecond }) => perSecond).join(', ') || 'not measured',
    ],
    ['  ratio to the floor', summary.ratioToFloor ?? 'not measured'],
    ...Object.entries(latencyMs).map(([name, it]) => [`  ${stepNames[name] ?? name}, p50 / p99`, range(it)] as const),
    ...Object.entries(cpu).map(
      ([name, ms]) => [`  CPU per paid order, ${processNames[name] ?? name}`, `${ms} ms`] as const,
    ),
    ['  SQL statements per paid order', sql ? `${sql.api} api, ${sql.worker} worker` : 'not measured'],
    ['  backlog at the end, and until 0', `${backlog.atEnd} rows, ${backlog.secondsToZero} s`],
    ['product pages per second', summary.productPagesPerSecond],
    ['  the same server, bare route', summary.bareRoutePerSecond],
    ['  ratio to the bare route', summary.ratioToBareRoute],
    ['paid orders in the database', `${summary.paidOrders.inDatabase} of ${summary.paidOrders.byAnswers}`],
    ['ledger', summary.ledgerBalanced ? 'balanced' : 'NOT BALANCED'],
  ]);
}

const range = ({ p50, p99 }: Latency) => `${p50} / ${p99} ms`;
const stepNames: Readonly<Record<string, string>> = { paidOrder: 'a paid order', placing: 'placing', paying: 'paying' };
const processNames: Readonly<Record<string, string>> = {
  loadGenerator: 'load generator',
  postgres: 'PostgreSQL',
  redis: 'Redis',
};

function perOrder(statements: readonly Statement[], orders: number): number {
  return round(statements.reduce((sum, { calls }) => sum + calls, 0) / orders, 2);
}

function rounded({ p50, p99 }: Latency): Latency {
  return { p50: round(p50, 2), p99: round(p99, 2) };
}

function mapped<A, B>(values: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

function errorsOf(...loads: readonly { readonly errors: Readonly<Record<string, number>> }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [message, count] of loads.flatMap(({ errors }) => Object.entries(errors))) {
    sums[message] = (sums[message] ?? 0) + count;
  }
  return sums;
}
