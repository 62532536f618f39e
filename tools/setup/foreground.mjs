/** Runs the commands of the set-up: visibly, one set-up of a clone at a time. Needs no dependency. */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForLock } from './lock.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs npm in the clone: the npm that runs us where there is one, else the one on PATH. */
export function npm(...args) {
  const own = process.env.npm_execpath;
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []];
  return run(command, [...first, ...args], `npm ${args.join(' ')}`);
}

/** `npm start` beside `npm test` on a fresh clone: one of them does the work, the other waits for it. */
export async function alone(work) {
  const lock = await waitForLock(path.join(root, '.till', 'setup.lock'), (pid) =>
    console.log(`Waiting for process ${pid}, which is setting up this clone`),
  );
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** A signal that reaches us alone goes on to the command, and ends us once the command has ended. */
function run(command, args, title) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let interruption;
  const forward = (signal) => {
    interruption = signal;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const signal of signals) process.off(signal, forward);
      if (interruption) process.exit(128 + os.constants.signals[interruption]);
      if (code === 0) resolve();
      else reject(new Error(`${title} failed, see above`));
    });
  });
}
