import { createServer } from 'node:net';
import type { Config } from '../platform/config/index.js';
import { type Finding, fine, problem } from './finding.js';

const PATIENCE_MS = 2000;

/** Checks that the api and the worker can listen on their ports, or already do. */
export async function checkPorts({ http }: Pick<Config, 'http'>): Promise<Finding[]> {
  return [await checkPort('PORT', http.host, http.port), await checkPort('WORKER_PORT', http.host, http.workerPort)];
}

async function checkPort(variable: string, host: string, port: number): Promise<Finding> {
  const about = `port ${port}`;
  const code = await failureToListen(host, port);
  if (code === undefined) return fine(about, `free, for ${variable}`);
  if (code !== 'EADDRINUSE')
    return problem(about, `can't be listened on at ${host} (${code})`, `Set ${variable} or HTTP_HOST.`);
  if (await isAlive(host, port)) return fine(about, 'taken by a process that answers as Till does');
  return problem(about, 'taken by another program', `Stop that program, or set ${variable} to another port.`);
}

/** Listens for a moment. Returns the error code if that is impossible. */
function failureToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown error'));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

async function isAlive(host: string, port: number): Promise<boolean> {
  const address = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  try {
    const response = await fetch(`http://${address.includes(':') ? `[${address}]` : address}:${port}/health/live`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return ((await response.json()) as { status?: unknown }).status === 'ok';
  } catch {
    return false; // whatever listens there, it is no Till
  }
}
