import { type Latency, mean } from '../measure/latency.js';
import type { Statement } from '../measure/statements.js';
import { round, table } from '../terminal/table.js';
import type { OrderFigures, StatementFigures } from './paid-orders.js';
import { loadsOfReads, rowsOfReads, summariseReads } from './reads-report.js';
import type { ThroughputFigures } from './throughput.js';

/** What the run says in one JSON line. Times are ms, unless the name says otherwise. */
export function summarise({ floors, orders, statements, check, reads, ...figures }: ThroughputFigures) {
  const { oneRequest, compared, oneRequestStatements } = figures;
  const floor = floors.length > 0 ? mean(floors.map(({ ordersPerSecond }) => ordersPerSecond)) : null;
  const loads = [orders.load, oneRequest.load, ...compared.loads, ...loadsOfReads(reads)];
  return {
    ...speedOf(orders, floor, statements),
    oneRequest: {
      timesTwoRequests: round(mean(compared.ratios), 3),
      ofPairs: compared.ratios.map((ratio) => round(ratio, 3)),
      ...speedOf(oneRequest, floor, oneRequestStatements),
      backlog: backlogOf(oneRequest),
    },
    floorPerSecond: floor && round(floor),
    floors: floors.map(({ ordersPerSecond, latencyMs }) => ({
      perSecond: round(ordersPerSecond),
      ...rounded(latencyMs),
    })),
    backlog: backlogOf(orders),
    memoryMiB: memoryOf(orders),
    reads: summariseReads(reads),
    paidOrders: { inDatabase: check.paidInDatabase, byAnswers: check.paidByAnswers },
    ledgerBalanced: check.balanced,
    errors: errorsOf(...loads),
  };
}

/** The same of paid orders alone. */
export function summariseOrders({ orders, check }: Pick<ThroughputFigures, 'orders' | 'check'>) {
  return {
    ...speedOf(orders, null, undefined),
    backlog: backlogOf(orders),
    memoryMiB: memoryOf(orders),
    paidOrders: { inDatabase: check.paidInDatabase, byAnswers: check.paidByAnswers },
    ledgerBalanced: check.balanced,
    errors: errorsOf(orders.load),
  };
}

/** What one way to place and pay orders comes to; `floor` is in orders per second. */
function speedOf({ load, cpuMs }: OrderFigures, floor: number | null, statements: StatementFigures | undefined) {
  return {
    paidOrdersPerSecond: round(load.perSecond),
    ratioToFloor: floor && round(load.perSecond / floor, 3),
    latencyMs: { paidOrder: rounded(load.latencyMs), ...mapped(load.stepLatencyMs, rounded) },
    cpuMsPerPaidOrder: mapped(cpuMs, (ms) => round(ms, 3)),
    sqlStatementsPerPaidOrder: statements
      ? { api: perOrder(statements.api, statements.orders), worker: perOrder(statements.worker, statements.orders) }
      : null,
  };
}

function backlogOf({ backlog: { atEnd, secondsToZero } }: OrderFigures) {
  return { atEnd, secondsToZero: round(secondsToZero, 2) };
}

function memoryOf({ memory }: OrderFigures) {
  return mapped(memory, (one) => one && mapped({ ...one }, (mib) => round(mib)));
}

export type OrdersSummary = ReturnType<typeof summariseOrders>;

export type ThroughputSummary = ReturnType<typeof summarise>;

/** How long the worker may take to catch up, in seconds. */
const MAX_CATCH_UP_SECONDS = 5;

/** What is wrong with what was measured, in plain words; nothing when all is well. */
export function complaints(summary: OrdersSummary & Partial<Pick<ThroughputSummary, 'oneRequest'>>): string[] {
  const { errors, paidOrders, ledgerBalanced, backlog, oneRequest } = summary;
  const slowest = Math.max(backlog.secondsToZero, oneRequest?.backlog.secondsToZero ?? 0);
  const late = `The worker took ${slowest} s to catch up; ${MAX_CATCH_UP_SECONDS} s are allowed.`;
  const { inDatabase, byAnswers } = paidOrders;
  return [
    ...Object.entries(errors).map(([message, count]) => `${count} times: ${message}`),
    ...(inDatabase === byAnswers ? [] : [`The database has ${inDatabase} paid orders, the answers say ${byAnswers}.`]),
    ...(ledgerBalanced ? [] : ['The ledger does not balance.']),
    ...(slowest > MAX_CATCH_UP_SECONDS ? [late] : []),
  ];
}

export function print(summary: ThroughputSummary): string {
  const { oneRequest } = summary;
  return table([
    [
      'floor (pgbench, before and after)',
      summary.floors.map(({ perSecond }) => perSecond).join(', ') || 'not measured',
    ],
    ...ordersRows(summary),
    ['paid orders per second, one request', oneRequest.paidOrdersPerSecond],
    ['  beside two requests, in turns', `${oneRequest.timesTwoRequests} (${oneRequest.ofPairs.join(', ')})`],
    ...speedRows(oneRequest),
    ...rowsOfReads(summary.reads),
    ...checkRows(summary),
  ]);
}

export function printOrders(summary: OrdersSummary): string {
  return table([...ordersRows(summary), ...checkRows(summary)]);
}

function ordersRows(summary: OrdersSummary): Row[] {
  return [
    ['paid orders per second, two requests', summary.paidOrdersPerSecond],
    ...speedRows(summary),
    ...Object.entries(summary.memoryMiB).map(([name, one]): Row => [
      `  memory of the ${name} at the end, and at most`,
      one ? `${one['resident']} / ${one['peak']} MiB` : 'not measured',
    ]),
  ];
}

function checkRows({ paidOrders, ledgerBalanced }: OrdersSummary): Row[] {
  return [
    ['paid orders in the database', `${paidOrders.inDatabase} of ${paidOrders.byAnswers}`],
    ['ledger', ledgerBalanced ? 'balanced' : 'NOT BALANCED'],
  ];
}

type Row = readonly [what: string, figure: string | number];

function speedRows(speed: ReturnType<typeof speedOf> & { readonly backlog: ReturnType<typeof backlogOf> }): Row[] {
  const { latencyMs, cpuMsPerPaidOrder: cpu, sqlStatementsPerPaidOrder: sql, backlog } = speed;
  return [
    ['  ratio to the floor', speed.ratioToFloor ?? 'not measured'],
    ...Object.entries(latencyMs).map(([name, it]): Row => [`  ${stepNames[name] ?? name}, p50 / p99`, range(it)]),
    ...Object.entries(cpu).map(([name, ms]): Row => [
      `  CPU per paid order, ${processNames[name] ?? name}`,
      `${ms} ms`,
    ]),
    ['  SQL statements per paid order', sql ? `${sql.api} api, ${sql.worker} worker` : 'not measured'],
    ['  backlog at the end, and until 0', `${backlog.atEnd} rows, ${backlog.secondsToZero} s`],
  ];
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
