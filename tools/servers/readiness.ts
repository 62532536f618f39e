import { setTimeout as sleep } from 'node:timers/promises';
import { tailOf } from './executables.js';

const WITHIN_MS = 60_000;

export interface Awaited {
  readonly url: string;
  /** What the process was started with as INSTANCE_ID; undefined where nobody else can have its port. */
  readonly instanceId: string | undefined;
  readonly logFile: string;
}

/**
 * Resolves when this start's process answers `/health/ready` with 200. Throws when that takes longer than a minute, with the
 * end of the log, and as soon as a process of somebody else answers there.
 */
export async function waitUntilReady({ url, instanceId, logFile }: Awaited): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask(url);
    if (answer && instanceId !== undefined && answer.headers.get('till-instance') !== instanceId) {
      throw new Error(`Another process answers at ${url}. Stop it, or set PORT and WORKER_PORT to other ports.`);
    }
    if (answer?.ok) return;
    if (Date.now() > deadline)
      throw new Error(`${url} does not become ready. ${logFile} ends with\n${tailOf(logFile)}`);
    await sleep(100);
  }
}

async function ask(url: string): Promise<Response | undefined> {
  try {
    return await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
  } catch {
    return undefined;
  }
}
