/** Runs the commands of the set-up: visibly, one set-up of a clone at a time. Needs no dependency. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForLock } from './lock.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Undefined when the file is not there. */
export function readJson(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

/** The command line of npm: the npm that runs us, on the Node that runs us, where there is one; else the one on PATH. */
export function npmCommand() {
  const own = process.env.npm_execpath;
  return own?.endsWith('.js') ? [process.execPath, own] : ['npm'];
}

/** Runs npm in the clone. */
export async function npm(...args) {
  const [command, ...first] = npmCommand();
  const { status, interruption } = await runForeground(command, [...first, ...args], { cwd: root });
  if (interruption) process.exit(statusOf(interruption));
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed, see above`);
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

/**
 * Runs a command that has our terminal to its end. A signal that reaches us goes on to the command; so does SIGTERM when the
 * npm that runs us is gone.
 * @returns {Promise<{ status: number, interruption: string | undefined }>} its exit status, and the signal that reached us
 */
export function runForeground(command, args, options) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  let interruption;
  const forward = (signal) => {
    interruption = signal;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  const watch = process.env.npm_lifecycle_event && onNpmGone(() => forward('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of SIGNALS) process.off(name, forward);
      clearInterval(watch);
      resolve({ status: code ?? statusOf(signal), interruption });
    });
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Calls the listener once the npm that runs us is gone, also where the shell that npm starts stands between. Linux alone tells
 * what is above a shell.
 * @param {() => void} listener
 */
export function onNpmGone(listener) {
  const parent = process.ppid;
  const above = parentOfShell(parent);
  const watch = setInterval(() => {
    if (process.ppid === parent && parentOfShell(parent) === above) return;
    clearInterval(watch);
    listener();
  }, 500);
  return watch.unref();
}

/** Undefined for what is no shell; see proc_pid_stat(5). */
function parentOfShell(pid) {
  try {
    const [, name, above] = /\((.*)\) \S (\d+)/.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return /^(ba|da|a)?sh$/.test(name) ? above : undefined;
  } catch {
    return undefined;
  }
}

/** As a shell reports a process that a signal ended. */
const statusOf = (signal) => 128 + os.constants.signals[signal];
