import type { ProfileSummary } from '../measure/cpu-profile.js';
import type { Statement } from '../measure/statements.js';
import { round } from '../terminal/table.js';
import type { OrderProfile } from './profile.js';

const STATEMENTS = 25;
const TEXT_WIDTH = 110;

/** Where the time went, largest first. */
export function printProfile({ orders, api, worker, statements }: OrderProfile): string {
  return [
    processReport('api', api, orders),
    processReport('worker', worker, orders),
    statements ? statementReport(statements.api, 'api', statements.orders) : '',
    statements ? statementReport(statements.worker, 'worker', statements.orders) : '',
  ].join('\n');
}

function processReport(name: string, { busyMs, places, functions }: ProfileSummary, orders: number): string {
  const perOrder = busyMs / orders;
  const line = ({ name, share }: { name: string; share: number }) =>
    `  ${(share * 100).toFixed(1).padStart(5)} %  ${(perOrder * share).toFixed(3)} ms  ${name}`;
  const head = `${name}: ${round(perOrder, 2)} ms of JavaScript per paid order`;
  return [head, '', ...places.map(line), '', ...functions.map(line), ''].join('\n');
}

function statementReport(statements: readonly Statement[], name: string, orders: number): string {
  const total = statements.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const lines = statements.slice(0, STATEMENTS).map(({ calls, totalMs, text }) => {
    const figures = [calls / orders, totalMs / calls, totalMs / orders].map((value) => value.toFixed(3).padStart(7));
    return `  ${figures.join('  ')}  ${text.trim().slice(0, TEXT_WIDTH)}`;
  });
  const head = `SQL of the ${name}: ${round(total / orders, 3)} ms per paid order`;
  return [head, '    calls  mean ms  per order', ...lines, ''].join('\n');
}
