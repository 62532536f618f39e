import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/** The folders in which Node looks for a dependency of the package in `folder`, from the nearest to the root's. */
function* placesOf(dependency: string, folder: string): Generator<string> {
  for (let at = folder; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/'))))
    yield `${at}/node_modules/${dependency}`;
  yield `node_modules/${dependency}`;
}

/** Returns the optional packages that a lock file demands and does not have, which `npm ci` refuses. npm omits those that it can't find. */
function missingFrom({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => ![...placesOf(name, folder)].some((place) => place in packages)),
  );
}

test('The lock file has the packages of all platforms, so that npm ci works on a clean clone', async () => {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as LockFile;
  expect(missingFrom(lock)).toEqual([]);
});

test('A package that the lock file lacks is named, one that another package brings for itself as well', () => {
  const optionalDependencies = { linux: '1.0.0', darwin: '1.0.0' };
  const packages = { 'node_modules/a': { optionalDependencies }, 'node_modules/linux': {} };
  expect(missingFrom({ packages })).toEqual(['darwin']);
  expect(missingFrom({ packages: { ...packages, 'node_modules/a/node_modules/darwin': {} } })).toEqual([]);
});
