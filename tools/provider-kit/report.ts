import type { Result } from './check.js';

const AREA = 20;
const NAME = 52;

export const heading = `${'area'.padEnd(AREA)}${'check'.padEnd(NAME)}result\n${'-'.repeat(AREA + NAME + 14)}`;

/** One row of the table; the reason of a failure on lines of its own. */
export function row({ area, name, state, detail }: Result): string {
  const start = `${area.padEnd(AREA)}${name.padEnd(NAME)}`;
  if (state === 'failed') return `${start}FAILED\n${detail.replaceAll(/^/gm, '    ')}`;
  return detail ? `${start}${state} (${detail})` : `${start}${state}`;
}

export function summary(results: readonly Result[]): string {
  const count = (state: Result['state']) => results.filter((result) => result.state === state).length;
  const seconds = results.reduce((total, { ms }) => total + ms, 0) / 1000;
  return `${count('ok')} ok, ${count('failed')} failed, ${count('not applicable')} not applicable, in ${seconds.toFixed(1)} s`;
}
