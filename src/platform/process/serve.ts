import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger, logUncaught } from '../logging/index.js';
import { stopAtOnce, stopSignals } from './run-process.js';

/** Longer than the slowest request or job may take, shorter than the 30 s after which Kubernetes kills. */
const SHUTDOWN_MS = 25_000;

/**
 * Listens, and answers SIGTERM and SIGINT by a shutdown in order: no new connections, what runs is finished, then
 * everything is closed and the process ends with 0. It ends with 1 when that takes longer than 25 s.
 */
export async function serve(app: NestFastifyApplication, host: string, port: number): Promise<void> {
  const logger = app.get(Logger);
  logUncaught(logger);
  let stopping = false;
  // Else a client that keeps its connection keeps us, for as long as an idle one may live.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, reply, _payload, done) => {
      if (stopping) void reply.header('Connection', 'close');
      done();
    });
  for (const signal of stopSignals) {
    process.off(signal, stopAtOnce);
    process.once(signal, () => {
      stopping = true;
      logger.info('shutting down', { signal });
      setTimeout(() => {
        logger.error('shutdown takes too long; ending now');
        process.exit(1);
      }, SHUTDOWN_MS).unref();
    });
  }
  // By process.exit: as process 1 of a container, a signal sent to oneself ends nothing.
  app.enableShutdownHooks([...stopSignals], { useProcessExit: true });
  await app.listen({ host, port });
  logger.info('listening', { url: await app.getUrl() });
}
