import type { GeneralVariables } from './general-variables.js';

/** Where a process listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where the exporters of OpenTelemetry serve metrics. */
const ADMIN_PORT = 9464;
const WORKER_PORT = 3001;

/**
 * Where api and worker listen. In production, the api serves health and metrics on a port of their own, so that a proxy which passes
 * everything on does not publish them. `admin` is undefined if they share the port of the clients: outside production unless
 * ADMIN_PORT is set, and wherever ADMIN_PORT equals PORT. A worker has no clients, so its one port is that of administration.
 */
export function listeners(variables: GeneralVariables) {
  const { PORT, WORKER_PORT: ofWorker, ADMIN_PORT: ofAdmin, HTTP_HOST, ADMIN_HOST } = variables;
  const inProduction = variables.NODE_ENV === 'production';
  const host = HTTP_HOST ?? (inProduction ? '0.0.0.0' : '127.0.0.1');
  const adminHost = ADMIN_HOST ?? host;
  const adminPort = ofAdmin ?? (inProduction ? ADMIN_PORT : PORT);
  // Port 0 is a free port, and so never the same.
  const isShared = adminPort === PORT && (PORT !== 0 || ofAdmin === undefined);
  return {
    host,
    port: PORT,
    admin: isShared ? undefined : { host: adminHost, port: adminPort },
    worker: { host: adminHost, port: ofWorker ?? ofAdmin ?? WORKER_PORT },
  } as const satisfies { host: string; port: number; admin: Address | undefined; worker: Address };
}
