import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { GrpcSettings, GrpcTls } from '../grpc.settings.js';
import type { InnerApi } from '../inner-api.js';
import { Connections } from './connections.js';
import { Gate } from './gate.js';
import { GrpcHealth } from './grpc-health.js';
import { Refusals } from './refusal.js';
import { definitionOf, readSchema } from './schema.js';
import { Services, SERVICES } from './services.js';

const HEALTH = 'grpc.health.v1.Health';
/** How long calls may take after the process began to end, in milliseconds: less than all of the shutdown may (20 s). */
const GRACE_MS = 10_000;
/** How long a request may take to arrive, in milliseconds: as by REST. */
const LATE_MS = 30_000;

const LIMITS = {
  // The largest order, and one that is too large is refused as by HTTP.
  'grpc.max_receive_message_length': 256 * 1024,
  'grpc.max_concurrent_streams': 100,
  'grpc.max_connection_idle_ms': 300_000,
  // What a client does not read, and refused calls that it does not end, are kept as long as the connection: clients connect again.
  'grpc.max_connection_age_ms': 300_000,
  'grpc.max_connection_age_grace_ms': 30_000,
  // A peer that is gone without a word.
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
};

interface ListenOptions extends GrpcSettings {
  readonly host: string;
  readonly api: Pick<InnerApi, 'count' | 'request' | 'refused'>;
  readonly isReady: () => Promise<boolean>;
  /** Hears of errors that nobody expects. */
  readonly failed: (error: unknown) => void;
  readonly lateMs?: number;
}

export interface Listener {
  readonly port: number;
  /** Tells clients that the process is about to end; calls are still served. */
  drain(): void;
  /** Takes no new calls, waits for those that run, and ends what is left after ten seconds. */
  close(): Promise<void>;
}

/** Serves the contract of `proto/till/v1`, and health checks. @throws Error if the port is taken or a certificate is wrong */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { host, port, tls, api, isReady, failed, lateMs = LATE_MS } = options;
  const schema = readSchema();
  const cut = (peer: string) => connections.cut(peer);
  const gate = new Gate({ api, refusals: new Refusals(schema), lateMs, cut, failed });
  const server = new Server({ ...LIMITS, interceptors: [gate.interceptor] });
  const services = new Services(schema, api, failed);
  for (const name of SERVICES) server.addService(definitionOf(schema.lookupService(name)), services.handlersOf(name));
  const health = new GrpcHealth(SERVICES, isReady);
  server.addService(definitionOf(schema.lookupService(HEALTH)), health.handlers);
  const injector = server.createConnectionInjector(credentialsOf(tls));
  const connections = new Connections((socket) => injector.injectConnection(socket));
  const bound = await connections.listen(port, host);
  return { port: bound, drain: () => health.end(), close: () => close(server, connections, health) };
}

function credentialsOf(tls: GrpcTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  const clientCa = tls.clientCa === undefined ? null : Buffer.from(tls.clientCa);
  return ServerCredentials.createSsl(clientCa, [pair], clientCa !== null);
}

async function close(server: Server, connections: Connections, health: GrpcHealth): Promise<void> {
  health.end();
  connections.close();
  const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  await Promise.race([ended, delay(GRACE_MS, undefined, { ref: false })]);
  server.forceShutdown();
  connections.end();
}
