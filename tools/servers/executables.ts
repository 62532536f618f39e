import { execFile } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync, fstatSync, existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The full path of a command, or undefined when PATH does not have it. */
export function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((directory) => path.resolve(directory, name))
    .find(isExecutable);
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end, or to ours, and returns its standard output. When it fails, the error carries what it said.
 */
export async function runToEnd(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const running = execute(command, args, { ...options, maxBuffer: 64 * 1024 * 1024 });
  const kill = () => running.child.kill();
  process.once('exit', kill);
  try {
    return (await running).stdout;
  } catch (error) {
    const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
    const said = [stdout, stderr].map((text) => text?.trim()).filter(Boolean);
    throw new Error(`${path.basename(command)} failed: ${said.join('\n') || message}`, { cause: error });
  } finally {
    process.off('exit', kill);
  }
}

/** The last lines of a log, read from its end: logs may be large. */
export function tailOf(file: string, lines = 15): string {
  if (!existsSync(file)) return '';
  const descriptor = openSync(file, 'r');
  try {
    const length = Math.min(fstatSync(descriptor).size, 16_384);
    const buffer = Buffer.alloc(length);
    readSync(descriptor, buffer, 0, length, fstatSync(descriptor).size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(descriptor);
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
