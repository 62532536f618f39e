import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A path in the clone. */
export function inClone(...names: string[]): string {
  return path.join(fileURLToPath(new URL('../..', import.meta.url)), ...names);
}

/** A path in `.till`, where everything lies that runs leave behind. */
export function inHome(...names: string[]): string {
  return inClone('.till', ...names);
}

/** Where a process's output goes. */
export const logFile = (name: string): string => inHome('logs', `${name}.log`);
