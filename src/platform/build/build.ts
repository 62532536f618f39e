import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What runs: the version of package.json, which the image and the clone have beside the code. */
export const version = readVersion(import.meta.dirname);

/** Looks upwards, since built code lies one folder deeper than its sources. */
function readVersion(folder: string): string {
  const file = path.join(folder, 'package.json');
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('There is no package.json above the code, so its version is unknown.');
  return readVersion(parent);
}
