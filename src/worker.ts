import 'reflect-metadata';
import { WorkerModule } from './worker.module.js';
import { hostShops } from './hosted-shops.js';
import { reportChangedMigrations } from './platform/database/index.js';
import { endWhenSuspended, waitForDatabase } from './platform/health/index.js';
import { createHttpApp } from './platform/http/index.js';
import { createLogger } from './platform/logging/index.js';
import { runProcess, serve } from './platform/process/index.js';
import { assertRedisAccepts } from './platform/redis/index.js';
import { startTracing } from './platform/tracing/index.js';
import { loadConfig } from './settings.js';

await runProcess(async () => {
  // Only this place of the process reads the environment.
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  await startTracing('till-worker', config.tracing, (message) => logger.warn(message));
  await assertRedisAccepts(config.redis);
  const createApp = (own: typeof config) => createHttpApp(WorkerModule, own);
  const { processName } = WorkerModule;
  const shops = hostShops(config, { environment: process.env, processName, createApp, startsAll: true });
  await waitForDatabase(config, config.http.worker);
  const app = await createHttpApp(WorkerModule, config);
  await shops?.begin(app);
  await serve(app, config.http.worker, { others: shops });
  endWhenSuspended(app);
  await reportChangedMigrations(app);
});
