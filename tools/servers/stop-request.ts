import { onNpmGone } from '../setup/foreground.mjs';
import { killAll } from './guarded-process.js';

const FORCE_AFTER_MS = 1000;

/**
 * Resolves on the first SIGINT, SIGTERM or SIGHUP, or when npm, which runs us, is gone; rejects on an error that nobody
 * caught. A second signal kills what is still running. It counts only after a second, because npm passes Ctrl-C on to us
 * although the terminal has sent it to us already.
 */
export function stopRequested(): Promise<string> {
  return new Promise((resolve, reject) => {
    let since: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (since !== undefined && Date.now() - since > FORCE_AFTER_MS) forceExit();
      if (since === undefined) console.log(''); // after the terminal's ^C
      since ??= Date.now();
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
    process.on('uncaughtException', reject);
    process.on('unhandledRejection', reject);
    if (['start', 'dev'].includes(process.env['npm_lifecycle_event'] ?? '')) onNpmGone(() => resolve('npm is gone'));
    // A closed terminal or pipe must not end us before the servers are stopped.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  });
}

function forceExit(): never {
  console.error('Forced: killing what is still running');
  killAll();
  process.exit(1);
}
