import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildWhenStale } from '../setup/setup.mjs';
import { inClone } from '../servers/paths.js';

/** What the description depends on is the same everywhere; servers are named and not asked. */
const SETTINGS = {
  NODE_ENV: 'development',
  DATABASE_URL: 'postgres://till@localhost/till',
  REDIS_URL: 'redis://localhost',
  PUBLIC_URL: 'https://till.shop.example',
};

/** Builds Till where it has changed, and returns its OpenAPI document as JSON text. */
export async function printedDocument(): Promise<string> {
  await buildWhenStale();
  const options = { env: SETTINGS, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [inClone('dist', 'src', 'cli.js'), 'openapi'],
    options,
  );
  return stdout;
}
