import type { Command } from 'commander';
import { loadConfig } from '../settings.js';

/** `till openapi`: what `GET /openapi.json` serves, without a database. */
export function addOpenApiCommand(program: Command): void {
  program
    .command('openapi')
    .description('print the OpenAPI document of the API, which GET /openapi.json serves too; needs no database')
    .action(async () => {
      // Loaded for this command alone: they have all controllers.
      const [{ ApiModule }, { describeModule }, { apiDescription }] = await Promise.all([
        import('../api.module.js'),
        import('../platform/openapi/index.js'),
        import('../api-description.js'),
      ]);
      const document = await describeModule(ApiModule, loadConfig(process.env), apiDescription);
      // To its end: the process exits after this, and a pipe takes it in parts.
      await new Promise((resolve) => process.stdout.write(`${JSON.stringify(document)}\n`, resolve));
    });
}
