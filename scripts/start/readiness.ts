import { setTimeout as sleep } from 'node:timers/promises';
import { tailOf } from '../servers/executables.js';

const WITHIN_MS = 60_000;

/** Resolves when `/health/ready` answers 200; throws with the end of the log when that takes longer than a minute. */
export async function waitUntilReady(url: string, logFile: string): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await isReady(url))) {
    if (Date.now() > deadline)
      throw new Error(`${url} does not become ready. ${logFile} ends with\n${tailOf(logFile)}`);
    await sleep(100);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
