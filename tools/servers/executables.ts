import { accessSync, closeSync, constants, openSync, readSync, fstatSync, existsSync } from 'node:fs';
import path from 'node:path';

/** The full path of a command, or undefined when PATH does not have it. */
export function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((directory) => path.resolve(directory, name))
    .find(isExecutable);
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
