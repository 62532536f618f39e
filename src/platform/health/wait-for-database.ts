import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { register } from 'prom-client';
import { DomainError } from '../../shared/errors.js';
import { DatabaseUnavailable } from '../database/index.js';
import type { Address, Config } from '../config/index.js';
import { createLogger } from '../logging/index.js';
import { DatabaseProbe } from './database-probe.js';
import { type HealthIndicatorResult, healthOf } from './health.view.js';
import { NEWER_SCHEMA, NO_ANSWER, NO_SCHEMA, OF_SCHEMA, OLDER_SCHEMA, READ_ONLY, SUSPENDED } from './not-ready.js';

/** What the processes of a suspended shop answer. */
export class ShopSuspended extends DomainError {
  readonly code = 'shop_suspended';
  readonly kind = 'unavailable';
}

const titles = { shop_suspended: 'The shop is suspended', database_unavailable: 'The database does not answer' };
const EVERY_MS = 1000;
/** Reasons that end by themselves, by a failover, or by the migrate or the resume command. Others, such as a wrong password, end the process. */
const worthWaiting = new Set([NO_SCHEMA, OLDER_SCHEMA, NEWER_SCHEMA, NO_ANSWER, READ_ONLY, SUSPENDED]);

/**
 * Waits until the database responds and has the schema of this build. Meanwhile it listens: `/health/live` is 200, `/health/ready`
 * is 503 with the reason, everything else is 503. Logs each reason once. With an `admin` address, health and metrics are served there alone.
 */
export async function waitForDatabase(
  { database, logLevel }: Config,
  clients: Address,
  admin: Address = clients,
): Promise<void> {
  const probe = new DatabaseProbe(database.url);
  let reason = await reasonToWait(probe);
  if (reason === undefined) return probe.close();
  const logger = createLogger(logLevel);
  const unavailable = (response: ServerResponse) => answer(response, reason ?? '');
  const servers = [
    await listen(admin, (path, response) => answerAdmin(path, response, reason ?? '') || unavailable(response)),
  ];
  if (admin !== clients) servers.push(await listen(clients, (_, response) => unavailable(response)));
  for (let told: string | undefined; reason !== undefined; reason = await reasonToWait(probe)) {
    if (reason !== told) logger.warn({ reason }, 'waiting for the database');
    told = reason;
    await delay(EVERY_MS);
  }
  logger.info('the database is there; starting');
  probe.close();
  await Promise.all(servers.map((server) => closed(server)));
}

async function reasonToWait(probe: DatabaseProbe): Promise<string | undefined> {
  const reason = await probe.ask().then(
    () => undefined,
    ({ message }: Error) => message,
  );
  return reason !== undefined && worthWaiting.has(reason) ? reason : undefined;
}

async function listen(address: Address, respond: (path: string, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(({ url = '' }, response) => respond(url.split('?', 1)[0]!, response));
  server.listen(address);
  await once(server, 'listening');
  return server;
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

/** Whether the path is one of administration; if so, responds. */
function answerAdmin(path: string, response: ServerResponse, message: string): boolean {
  if (path === '/metrics') {
    void register.metrics().then((text) => response.writeHead(200, { 'Content-Type': register.contentType }).end(text));
  } else if (path === '/health/live') {
    json(response, 200, healthOf({ eventLoop: { status: 'up' } }));
  } else if (path === '/health' || path === '/health/ready') {
    json(response, 503, healthOf(indicatorsOf(message)));
  } else {
    return false;
  }
  return true;
}

function indicatorsOf(message: string): HealthIndicatorResult {
  const down = { status: 'down' as const, message };
  if (message === SUSPENDED) return { database: { status: 'up' }, shop: down };
  return OF_SCHEMA.has(message) ? { database: { status: 'up' }, migrations: down } : { database: down };
}

function answer(response: ServerResponse, reason: string): void {
  const { code } = reason === SUSPENDED ? new ShopSuspended(reason) : new DatabaseUnavailable(reason);
  const problem = { title: titles[code], status: 503, detail: reason, code };
  json(response, 503, problem, 'application/problem+json');
}

function json(response: ServerResponse, status: number, body: object, type = 'application/json'): void {
  response
    .writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'Retry-After': '5', Connection: 'close' })
    .end(JSON.stringify(body));
}
