import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { register } from 'prom-client';
import type { Config } from '../config/index.js';
import { createLogger } from '../logging/index.js';
import { DatabaseProbe } from './database-probe.js';
import { NEWER_SCHEMA, NO_ANSWER, NO_SCHEMA, OLDER_SCHEMA, READ_ONLY } from './not-ready.js';

const EVERY_MS = 1000;
/** Reasons that end by themselves, by a failover or by the migrate command. Others, such as a wrong password, end the process. */
const worthWaiting = new Set([NO_SCHEMA, OLDER_SCHEMA, NEWER_SCHEMA, NO_ANSWER, READ_ONLY]);

/**
 * Waits until the database responds and has the schema of this build. Meanwhile it listens: `/health/live` is 200, `/health/ready`
 * is 503 with the reason, everything else is 503. Logs each reason once.
 */
export async function waitForDatabase({ database, http, logLevel }: Config, port: number): Promise<void> {
  const probe = new DatabaseProbe(database.url);
  let reason = await reasonToWait(probe);
  if (reason === undefined) return probe.close();
  const logger = createLogger(logLevel);
  const server = createServer((request, response) => answer(request.url ?? '', response, reason ?? ''));
  server.listen(port, http.host);
  await once(server, 'listening');
  for (let told: string | undefined; reason !== undefined; reason = await reasonToWait(probe)) {
    if (reason !== told) logger.warn({ reason }, 'waiting for the database');
    told = reason;
    await delay(EVERY_MS);
  }
  logger.info('the database is there; starting');
  probe.close();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

async function reasonToWait(probe: DatabaseProbe): Promise<string | undefined> {
  const reason = await probe.ask().then(
    () => undefined,
    ({ message }: Error) => message,
  );
  return reason !== undefined && worthWaiting.has(reason) ? reason : undefined;
}

function answer(url: string, response: ServerResponse, reason: string): void {
  const path = url.split('?', 1)[0];
  const json = (status: number, body: object, type = 'application/json') =>
    response
      .writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'Retry-After': '5', Connection: 'close' })
      .end(JSON.stringify(body));
  if (path === '/health/live') return void json(200, { status: 'ok' });
  if (path === '/metrics') {
    return void register
      .metrics()
      .then((text) => response.writeHead(200, { 'Content-Type': register.contentType }).end(text));
  }
  const database = { status: 'down', responseTime: 0, reason };
  if (path === '/health' || path === '/health/ready') {
    return void json(503, { status: 'unavailable', reasons: [reason], checks: { database } });
  }
  const problem = { title: 'The database does not answer', status: 503, detail: reason, code: 'database_unavailable' };
  json(503, problem, 'application/problem+json');
}
