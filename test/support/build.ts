import path from 'node:path';
import { buildWhenStale } from '../../scripts/start/setup.mjs';

/** The path of a built entry point, like `main.js`, made from the sources as they are now: for tests that boot `dist`. */
export async function builtEntry(name: 'main.js' | 'worker.js' | 'cli.js'): Promise<string> {
  await buildWhenStale();
  return path.resolve('dist', 'src', name);
}
