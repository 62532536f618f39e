import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns the path of a file or folder that lies beside the code: in the nearest folder above that has it. Sources, compiled files and
 * bundled ones lie at different depths.
 * @throws Error if no folder above has it, which means that the build is incomplete
 */
export function besideCode(name: string, folder: string = import.meta.dirname): string {
  const place = path.join(folder, name);
  if (existsSync(place)) return place;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`There is no ${name} above the code: the build is not complete.`);
  return besideCode(name, parent);
}

/**
 * Returns what the build computed under this name, so that no start computes it again; `undefined` where the sources run, or were compiled
 * only.
 */
export function madeByBuild<T>(name: string): T | undefined {
  return isMadeByBuild(name) ? (JSON.parse(readFileSync(placeOf(name), 'utf8')) as T) : undefined;
}

export function isMadeByBuild(name: string): boolean {
  return existsSync(placeOf(name));
}

/** Beside the migrations, which each build has: a search of its own could find a file above the build. */
function placeOf(name: string): string {
  return path.join(path.dirname(besideCode('migrations')), 'made', `${name}.json`);
}

/** What runs: the version of package.json, which the image and the clone have beside the code. */
export const version = (JSON.parse(readFileSync(besideCode('package.json'), 'utf8')) as { readonly version: string })
  .version;
