import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version of Till in package.json: beside `src`, or beside `dist`. */
export function tillVersion(): string {
  const places = ['../../package.json', '../../../package.json'].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const file = places.find((place) => existsSync(place));
  return file ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version : 'unknown';
}
