#!/usr/bin/env node
/**
 * Copies what runs into a new folder: the bundle, the packages that it loads from node_modules, and the licences of all packages in
 * THIRD-PARTY.txt. Of packages that are in the bundle only their package.json follows, so that scanners for known faults see them.
 * Usage, after `npm run build`: node gather.mjs <folder>
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONTENT, INSTALLED } from '../build/bundle.mjs';
import { notice } from './notice.mjs';

/** It only counts installations. */
const USELESS_PACKAGES = ['@scarf/scarf'];
/** What no process reads: type declarations, sources that were compiled, source maps, manuals. */
const USELESS = /\.(map|[cm]?ts|md|markdown|flow)$/i;

const MADE = ['made/migrations.json', 'made/openapi.json'];

const [, , target] = process.argv;
if (!target) throw new Error('Name the folder: node gather.mjs <folder>');
const root = process.cwd();
const { files, packages } = JSON.parse(readFileSync(path.join(root, 'dist', CONTENT), 'utf8'));
const installed = closure(INSTALLED.map((name) => path.join(root, 'node_modules', name))).map((folder) =>
  path.relative(root, folder),
);

for (const name of ['package.json', 'LICENSE']) copy(name);
// Pages that are served as they are, and the contract of gRPC, where there are any.
for (const name of ['pages', 'proto'].filter((it) => existsSync(path.join(root, it))))
  cpSync(path.join(root, name), path.join(target, name), { recursive: true });
for (const name of [...files, ...MADE]) copy(path.join('dist', name));
for (const name of packages) copy(path.join(name, 'package.json'));
for (const name of installed) copyPackage(name);
writeFileSync(path.join(target, 'THIRD-PARTY.txt'), notice([...new Set([...packages, ...installed])]));

/** Returns the folders of packages with all that they depend on. */
function closure(folders) {
  const found = new Set();
  const add = (folder) => {
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = manifest(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const needed = USELESS_PACKAGES.includes(name) ? undefined : locate(folder, name);
      if (needed) add(needed);
      else if (name in dependencies && !(name in optionalDependencies) && !USELESS_PACKAGES.includes(name))
        throw new Error(`${folder} needs ${name}, which is not installed.`);
    }
  };
  folders.forEach(add);
  return [...found];
}

/** Returns the folder in which Node finds a package for another one; `undefined` without one, as for another system's native code. */
function locate(from, name) {
  for (let folder = from; folder.startsWith(root); folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (manifest(candidate)) return candidate;
  }
  return undefined;
}

function manifest(folder) {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function copy(name) {
  mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
  cpSync(path.join(root, name), path.join(target, name));
}

function copyPackage(name) {
  const filter = (source) =>
    !USELESS.test(source) && !source.slice(root.length + name.length + 1).includes('/node_modules/');
  cpSync(path.join(root, name), path.join(target, name), { recursive: true, filter });
}
