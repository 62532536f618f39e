import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { builtEntry } from './build.js';

export interface BuiltProcess {
  /** Where it listens, on a free port. */
  readonly url: string;
  /** Where it serves health and metrics; the same, unless ADMIN_PORT is set. */
  readonly adminUrl: string;
  readonly child: ChildProcess;
  /** Everything it has logged. */
  log(): readonly Record<string, unknown>[];
  /** All that it has written to stdout and stderr. */
  output(): string;
  /** Asks it to end as a container platform does, and answers its exit status, or the signal that ended it. */
  stop(): Promise<number | string>;
}

/**
 * Boots a built process and waits until it listens; rejects with what it said when it ends instead. `openFiles`: how many
 * files and connections it may have open at once, where this machine's own limit is higher.
 */
export async function startBuilt(
  name: 'main.js' | 'worker.js',
  env: Readonly<Record<string, string>>,
  openFiles?: number,
): Promise<BuiltProcess> {
  const entry = await builtEntry(name);
  const ports = { HTTP_HOST: '127.0.0.1', PORT: '0', WORKER_PORT: '0', MAIL_DIRECTORY: inject('mailDirectory') };
  // A free port for administration where it has its own; and a busy machine is no overload.
  const ofProduction = env['NODE_ENV'] === 'test' ? {} : { ADMIN_PORT: '0', LOAD_SHEDDING_DELAY_MS: '0' };
  const [command, ...args] = limited(openFiles, [process.execPath, entry]);
  const child = spawn(command, args, {
    env: { ...process.env, ...ports, ...ofProduction, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? 'nothing');
  const said: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => written.push(data.toString()));
  child.stderr.on('data', (data: Buffer) => said.push(data.toString()));
  const listening = new Promise<Record<string, unknown>>((resolve) => {
    createInterface(child.stdout).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      lines.push(line);
      if (line['msg'] === 'listening') resolve(line);
    });
  });
  const failed = ended.then((how) => Promise.reject(new Error(`${name} ended (${how}): ${said.join('')}`)));
  failed.catch(() => undefined); // once it listens, ending is what tests ask it to do
  const line = await Promise.race([listening, failed]);
  const url = String(line['url']);
  const adminUrl = String(line['adminUrl'] ?? url);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url, adminUrl, child, log: () => lines, output: () => written.join(''), stop };
}

/** The command line that runs another one with fewer open files. */
export function limited(openFiles: number | undefined, command: readonly [string, ...string[]]): [string, ...string[]] {
  if (openFiles === undefined) return [...command];
  return ['sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`, ...command];
}
