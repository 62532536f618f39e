import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where downloads are kept: the user's, shared by all clones; the clone's own for an account without a home. */
export async function cacheDirectory() {
  const directory = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'till');
  try {
    await mkdir(directory, { recursive: true });
    return directory;
  } catch {
    return fileURLToPath(new URL('../../.till/cache', import.meta.url));
  }
}
