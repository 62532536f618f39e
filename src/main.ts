import 'reflect-metadata';
import { apiDescription } from './api-description.js';
import { ApiModule } from './api.module.js';
import { hostShops } from './hosted-shops.js';
import type { Config } from './platform/config/index.js';
import { reportChangedMigrations } from './platform/database/index.js';
import { endWhenSuspended, waitForDatabase } from './platform/health/index.js';
import { AdminServer, createHttpApp } from './platform/http/index.js';
import { createLogger } from './platform/logging/index.js';
import { serveOpenApi } from './platform/openapi/index.js';
import { runProcess, serve } from './platform/process/index.js';
import { assertRedisAccepts } from './platform/redis/index.js';
import { OwnChanges } from './platform/shops/index.js';
import { windowsOf } from './platform/throttling/index.js';
import { startTracing } from './platform/tracing/index.js';
import { loadConfig } from './settings.js';

await runProcess(async () => {
  // Only this place of the process reads the environment.
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  await startTracing('till-api', config.tracing, (message) => logger.warn(message));
  await assertRedisAccepts(config.redis);
  const { host, port, admin: adminAddress, shutdownDelaySeconds } = config.http;
  const admin = adminAddress && new AdminServer(adminAddress);
  const { processName } = ApiModule;
  /** The api of a further shop. Health and metrics are those of the process: its own are on a port that nobody opens. */
  const createApp = async (own: Config) => {
    const doors = { admin: own.http.admin && new AdminServer(own.http.admin), windows: windowsOf(app) };
    const made = await createHttpApp(ApiModule, own, doors);
    serveOpenApi(made, own, apiDescription);
    return made;
  };
  const shops = hostShops(config, { environment: process.env, processName, createApp, startsAll: false });
  const ownChanges = config.shop === undefined ? undefined : new OwnChanges(config.shop);
  await waitForDatabase(config, { host, port }, adminAddress);
  const app = await createHttpApp(ApiModule, config, { admin, entrance: shops?.entrance ?? ownChanges?.entrance });
  ownChanges?.begin(app);
  const openApi = serveOpenApi(app, config, apiDescription);
  openApi.prepare();
  await shops?.begin(app);
  await serve(app, { host, port }, { admin, shutdownDelaySeconds, others: shops });
  endWhenSuspended(app);
  await reportChangedMigrations(app);
});
