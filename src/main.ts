import 'reflect-metadata';
import { apiDescription } from './api-description.js';
import { ApiModule } from './api.module.js';
import { reportChangedMigrations } from './platform/database/index.js';
import { waitForDatabase } from './platform/health/index.js';
import { AdminServer, createHttpApp } from './platform/http/index.js';
import { createLogger } from './platform/logging/index.js';
import { serveOpenApi } from './platform/openapi/index.js';
import { runProcess, serve } from './platform/process/index.js';
import { assertRedisAccepts } from './platform/redis/index.js';
import { startTracing } from './platform/tracing/index.js';
import { loadConfig } from './settings.js';

await runProcess(async () => {
  // Only this place of the process reads the environment.
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  await startTracing('till-api', config.tracing, (message) => logger.warn(message));
  await assertRedisAccepts(config.redis);
  const { host, port, admin: adminAddress, shutdownDelaySeconds } = config.http;
  await waitForDatabase(config, { host, port }, adminAddress);
  const admin = adminAddress && new AdminServer(adminAddress);
  const app = await createHttpApp(ApiModule, config, admin);
  const openApi = serveOpenApi(app, config, apiDescription);
  openApi.prepare();
  await serve(app, { host, port }, { admin, shutdownDelaySeconds });
  await reportChangedMigrations(app);
});
