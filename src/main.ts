import 'reflect-metadata';
import { apiDescription } from './api-description.js';
import { ApiModule } from './api.module.js';
import { reportChangedMigrations } from './platform/database/index.js';
import { waitForDatabase } from './platform/health/index.js';
import { createHttpApp } from './platform/http/index.js';
import { serveOpenApi } from './platform/openapi/index.js';
import { runProcess, serve } from './platform/process/index.js';
import { assertRedisAccepts } from './platform/redis/index.js';
import { loadConfig } from './settings.js';

await runProcess(async () => {
  // Only this place of the process reads the environment.
  const config = loadConfig(process.env);
  await assertRedisAccepts(config.redis);
  await waitForDatabase(config, config.http.port);
  const app = await createHttpApp(ApiModule, config);
  const openApi = serveOpenApi(app, config, apiDescription);
  // Now and not for the first request, which would make all other requests wait.
  openApi.build();
  await serve(app, config.http.host, config.http.port, config.http.shutdownDelaySeconds);
  await reportChangedMigrations(app);
});
