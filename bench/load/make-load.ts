import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Report } from './generator.js';
import type { LoadResult } from './tally.js';

export interface Moments {
  /** Called when the measured time begins, after the warm-up. */
  readonly begin?: () => void;
  readonly end?: () => void;
}

/** Runs the load in a process of its own. @throws Error when that process fails */
export function makeLoad(job: Job, moments: Moments = {}): Promise<LoadResult> {
  const file = fileURLToPath(new URL('generator.ts', import.meta.url));
  const child = fork(file, { execArgv: ['--import', import.meta.resolve('tsx')], serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`The load generator ended (${signal ?? code}).`)));
    child.on('message', (report: Report) => {
      if (report.type === 'result') resolve(report.result);
      else moments[report.type]?.();
    });
    child.send(job);
  });
}
