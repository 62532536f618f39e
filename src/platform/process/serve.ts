import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Address } from '../config/index.js';
import { Draining } from '../health/index.js';
import type { AdminServer } from '../http/index.js';
import { Logger, logUncaught } from '../logging/index.js';
import { stopTracing } from '../tracing/index.js';
import { Connections } from './connections.js';
import { lackOfOpenFiles } from './open-files.js';
import { stopAtOnce, stopSignals } from './run-process.js';

/** How long running work may take after the listener closed; with the delay, less than the 30 s of Kubernetes. */
const DRAIN_MS = 20_000;

export interface ServeOptions {
  /** The server for health and metrics, where they have a port of their own. */
  readonly admin?: AdminServer | undefined;
  /** How long requests are served after the signal to end. */
  readonly shutdownDelaySeconds?: number;
  /** Other applications that the process serves by way of this one; they end after it. */
  readonly others?: Others | undefined;
}

export interface Others {
  /** Takes an error that nobody caught, in the scope of whoever threw it; returns whether it is of one of them alone, so that the process goes on. */
  caught(error: unknown): boolean;
  /** The process is about to end. */
  drain(): void;
  close(): Promise<void>;
}

/**
 * Listens, and shuts down on SIGTERM and SIGINT: readiness becomes 503, requests are served for `shutdownDelaySeconds` so that proxies
 * notice, then the listener closes, a second later idle and unfinished connections, running work is finished, and the process exits
 * with 0. Without a delay there is no second either. It exits with 1 if draining takes longer than 20 s, and immediately on a second signal.
 */
export async function serve(
  app: NestFastifyApplication,
  { host, port }: Address,
  { admin, shutdownDelaySeconds = 0, others }: ServeOptions = {},
): Promise<void> {
  const logger = app.get(Logger);
  logUncaught(logger, (error) => others?.caught(error) ?? false);
  const connections = new Connections(app.getHttpServer() as Server);
  const draining = app.get(Draining, { strict: false });
  // An idle kept-alive connection would keep the process alive.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, reply, _payload, done) => {
      if (draining.hasBegun) void reply.header('Connection', 'close');
      done();
    });
  const shutDown = async (signal: NodeJS.Signals): Promise<void> => {
    // By process.exit: as process 1 of a container, a signal sent to oneself ends nothing.
    if (draining.hasBegun) process.exit(signal === 'SIGINT' ? 130 : 143);
    draining.begin();
    others?.drain();
    logger.info('shutting down', { signal, delaySeconds: shutdownDelaySeconds });
    await delay(shutdownDelaySeconds * 1000);
    setTimeout(() => {
      logger.error('shutdown takes too long; ending now');
      process.exit(1);
    }, DRAIN_MS).unref();
    if (shutdownDelaySeconds > 0) await connections.stopListening();
    connections.closeUnfinished();
    await app.close();
    await others?.close();
    admin?.close();
    await stopTracing();
    process.exit(0);
  };
  for (const signal of stopSignals) {
    process.off(signal, stopAtOnce);
    process.on(signal, (received) => void shutDown(received));
  }
  await app.listen({ host, port });
  const adminUrl = await admin?.listen();
  logger.info('listening', { url: await app.getUrl(), ...(adminUrl && { adminUrl }) });
  const lack = lackOfOpenFiles();
  if (lack) logger.warn(lack.what, { hint: lack.remedy });
}
