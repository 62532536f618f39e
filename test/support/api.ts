import type { FastifyInstance } from 'fastify';
import { inject } from 'vitest';
import { apiDescription } from '../../src/api-description.js';
import { ApiModule } from '../../src/api.module.js';
import { loadConfig } from '../../src/settings.js';
import { createHttpApp } from '../../src/platform/http/index.js';
import { describeApi, serveOpenApi } from '../../src/platform/openapi/index.js';
import { Clock } from '../../src/shared/clock.js';
import { WorkerModule } from '../../src/worker.module.js';
import { createDatabase } from './database.js';
import { SentResponses } from './documented.js';
import type { OpenApi } from './openapi.js';
import { redisDatabase } from './redis.js';
import { asRunningRole } from './running-role.js';
import { type Settings, shopAt, withoutQuotas } from './shop.js';

export type { Person } from './shop.js';
export type Api = Awaited<ReturnType<typeof startApi>>;

/** The suite runs once with groups and once without. */
const grouping = { DATABASE_GROUP_COMMIT: process.env['DATABASE_GROUP_COMMIT'] ?? 'on' };

/** What the api of a test is set to, on these servers. */
export function settingsOn(servers: { readonly DATABASE_URL: string; readonly REDIS_URL: string }) {
  const ways = { NODE_ENV: 'test', LOG_LEVEL: 'error', RATE_LIMIT_SCALE: '100000', ...withoutQuotas, ...grouping };
  return { ...ways, MAIL_DIRECTORY: inject('mailDirectory'), ...servers };
}

/**
 * The whole api in this process, on a free port and a database of its own, with what tests do with it all the time. With `asRole: 'running'`, api and
 * worker are the role of the processes, which owns nothing; `settings`, and so tests and commands, have the owner's URL.
 */
export async function startApi(env: Readonly<Record<string, string>> = {}, asRole: 'owner' | 'running' = 'owner') {
  const database = await createDatabase();
  const servers = { DATABASE_URL: database.url, REDIS_URL: await redisDatabase() };
  const settings = { ...settingsOn(servers), ...env };
  const processes = { ...settings, ...(asRole === 'running' && { DATABASE_URL: asRunningRole(database.url) }) };
  const api = await serveApi(settings, processes);
  const close = async () => {
    await api.close();
    await database.drop();
  };
  return { ...api, close };
}

/** The whole api in this process, on a free port and the given servers. `processes` are the settings of api and worker. */
export async function serveApi<S extends Settings>(settings: S, processes: Settings = settings) {
  const config = loadConfig(processes);
  const app = await createHttpApp(ApiModule, config);
  serveOpenApi(app, config, apiDescription);
  const sent = new SentResponses();
  sent.watch(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const shop = shopAt(url, settings);
  /** What the api sent so far and its description does not have. */
  const undescribed = () => sent.complaints(describeApi(app, config, apiDescription) as unknown as OpenApi);
  const close = async () => {
    await app.close();
    await shop.leave();
  };
  /** Lets the server's time run ahead of the real one by so many seconds. */
  const moveClock = (seconds: number) => {
    app.get(Clock).now = () => new Date(Date.now() + seconds * 1000);
  };
  return { app, url, settings, processes, close, moveClock, undescribed, ...shop };
}

/** The worker beside the api, on the same servers. */
export async function startWorker({ processes, url }: Api) {
  const app = await createHttpApp(WorkerModule, loadConfig({ PUBLIC_URL: url, ...processes }));
  await app.listen(0, '127.0.0.1');
  return app;
}
