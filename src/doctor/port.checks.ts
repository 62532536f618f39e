import { createServer } from 'node:net';
import type { Address, Config } from '../platform/config/index.js';
import { type Finding, fine, problem } from './finding.js';

const PATIENCE_MS = 2000;

/** Checks that the api and the worker can listen on their ports, or already do. */
export async function checkPorts({ http }: Pick<Config, 'http'>): Promise<Finding[]> {
  const { host, port, admin, worker } = http;
  return [
    await checkPort('PORT', { host, port }, admin ? 'api' : 'health'),
    ...(admin ? [await checkPort('ADMIN_PORT', admin, 'health')] : []),
    await checkPort('WORKER_PORT', worker, 'health'),
  ];
}

/** What Till answers on a port. */
type Content = 'api' | 'health';

async function checkPort(variable: string, { host, port }: Address, content: Content): Promise<Finding> {
  const about = `port ${port}`;
  const code = await failureToListen(host, port);
  if (code === undefined) return fine(about, `free, for ${variable}`);
  if (code !== 'EADDRINUSE')
    return problem(about, `can't be listened on at ${host} (${code})`, `Set ${variable} or HTTP_HOST.`);
  if (await isTill(host, port, content)) return fine(about, 'taken by a process that answers as Till does');
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

async function isTill(host: string, port: number, content: Content): Promise<boolean> {
  const address = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  try {
    const response = await fetch(`${url}/${content === 'health' ? 'health/live' : 'problems/not_found'}`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = (await response.json()) as { status?: unknown; code?: unknown };
    return content === 'health' ? body.status === 'ok' : body.code === 'not_found';
  } catch {
    return false; // whatever listens there, it is no Till
  }
}
