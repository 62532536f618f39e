import type { Figures } from './plan.js';
import type { Vat } from './vat.js';

const names: Readonly<Record<keyof Figures, string>> = {
  orders: 'orders',
  lines: 'lines',
  skipped: 'skipped',
  captured: 'captured pence',
  refunded: 'refunded pence',
  unmatched: 'unmatched',
};
const figures = Object.keys(names) as (keyof Figures)[];

/** What the file came to, a figure a line. */
export function summary(file: Figures): string {
  return figures.map((figure) => `${`${names[figure]}:`.padEnd(16)} ${file[figure]}`).join('\n');
}

/** The file's figures beside the API's, with a mark at each that differs. */
export function comparison(file: Figures, api: Figures): string {
  const rows = figures.map((figure) => {
    const mark = file[figure] === api[figure] ? '' : `   differs by ${api[figure] - file[figure]}`;
    return row(names[figure], String(file[figure]), String(api[figure])) + mark;
  });
  return [row('', 'file', 'API'), ...rows].join('\n');
}

/** The tax of the file beside that of the ledger. */
export function vatComparison(file: Vat, api: Vat): string {
  const rows = (['net', 'vat'] as const).map((name) => row(`${name} pence`, String(file[name]), String(api[name])));
  return [row('', 'file', 'ledger'), ...rows].join('\n');
}

/** Whether the API agrees with the file in every figure. */
export function agree(file: Figures, api: Figures): boolean {
  return figures.every((figure) => file[figure] === api[figure]);
}

function row(name: string, file: string, api: string): string {
  return `  ${name.padEnd(16)}${file.padStart(14)}${api.padStart(14)}`;
}
