import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildWhenStale } from '../../tools/setup/setup.mjs';

/** The path of a built entry point, like `main.js`, made from the sources as they are now: for tests that boot `dist`. */
export async function builtEntry(name: 'main.js' | 'worker.js' | 'cli.js'): Promise<string> {
  await buildWhenStale();
  return path.resolve('dist', 'src', name);
}

/**
 * Runs a built one-shot command to its end, with `input` on its standard input, and returns its output; rejects when it
 * exits with another status than 0.
 */
export async function runCli(args: readonly string[], env: Readonly<Record<string, string>>, input = '') {
  const entry = await builtEntry('cli.js');
  const running = promisify(execFile)(process.execPath, [entry, ...args], { env: { ...process.env, ...env } });
  running.child.stdin!.end(input);
  return running;
}
