import { tmpdir } from 'node:os';
import path from 'node:path';
import { isPortFree } from '../servers/ports.js';
import { tryLock } from '../setup/lock.mjs';

export interface PortWish {
  /** The variable that sets it, for messages. */
  readonly variable: string;
  /** The variable's value, if it is set. */
  readonly wanted: string | undefined;
  readonly preferred: number;
  readonly host: string;
  /** Ports given away already. */
  readonly except?: readonly number[];
}

/**
 * Keeps other starts of this user from choosing the port, until this process ends: nothing listens on it yet. False when
 * another start has it.
 */
function hold(port: number): boolean {
  const folder = path.join(tmpdir(), `till-ports-${process.getuid?.() ?? 'user'}`);
  const lock = tryLock(path.join(folder, `${port}.lock`));
  if ('heldBy' in lock) return lock.heldBy === process.pid;
  process.once('exit', lock.release);
  return true;
}

/** Held first, so that of two starts that find the port free one only gets it. */
async function take(port: number, host: string): Promise<boolean> {
  return hold(port) && (await isPortFree(port, host));
}

/**
 * The port that was asked for, or else the preferred one, or else the next free one. Throws when the one asked for is taken:
 * whoever sets a port relies on it.
 */
export async function choosePort(wish: PortWish): Promise<number> {
  const { variable, wanted, preferred, host, except = [] } = wish;
  if (wanted === undefined || wanted === '') return await nextFree(preferred, host, except);
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${variable} must be a port from 1 to 65535, not "${wanted}".`);
  }
  if (except.includes(port) || !(await take(port, host))) {
    throw new Error(
      `Port ${port} (${variable}) is taken. Stop what listens there, or set ${variable} to another port.`,
    );
  }
  return port;
}

async function nextFree(preferred: number, host: string, except: readonly number[]): Promise<number> {
  for (let port = preferred; port <= 65_535; port += 1) {
    if (except.includes(port) || !(await take(port, host))) continue;
    if (port !== preferred) console.log(`Port ${preferred} is taken: using ${port} instead`);
    return port;
  }
  throw new Error(`No port from ${preferred} up is free on ${host}.`);
}
