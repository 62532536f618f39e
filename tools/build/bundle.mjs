#!/usr/bin/env node
/**
 * Puts the compiled entry points and the migrations, with all packages that they load, into a few files, in place of themselves: a
 * process then starts in half the time (docs/performance.md). The other files of `dist` stay as they are. Packages keep
 * their names, lines and comments; source maps lead to Till's own sources. Usage: node bundle.mjs [dist]
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build } from 'esbuild';
import { leaveNamesToTheEngine } from './names.mjs';

/** Each process has files of its own: what two of them need would else come with all that one of them needs. */
const PROCESSES = [['src/main.js'], ['src/worker.js'], ['src/cli.js']];
/** Native code, and packages that find files beside their own: they must be installed where the bundle runs. */
export const INSTALLED = ['@bull-board/ui', '@node-rs/argon2', 'msgpackr-extract', 'swagger-ui-dist'];
/** Packages that others support and Till does not have: what loads them is not used, or does without them. */
const ABSENT = [
  '@fastify/multipart',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer/storage',
  'pg-native',
  'typescript',
];
/**
 * A package that loads another one by a `require` of its own would get a second instance, with metadata of its own, since esbuild follows
 * only `require` itself.
 */
const OWN_REQUIRE = /^const require = createRequire\(import\.meta\.url\);$/m;
/** They load what is native, threads that Till has none of, and what their callers gave no loader for. */
const MAY_REQUIRE = ['msgpackr/dist/node.cjs', 'pino/lib/transport.js', '@nestjs/common/utils/load-package.util.js'];
/** What packages load later: esbuild puts nothing but `default` into a file of its own for CommonJS, so it stays in the same file. */
const IMPORTED_LATER = /\bimport\((['"][^'"]+['"])\)/g;
const REQUIRED = `Promise.resolve().then(() => ((it) => ({ ...it, default: it.default ?? it }))(require($1)))`;

/** Drivers of TypeORM for other databases: half of its code. */
const OTHER_DRIVERS = /\/node_modules\/typeorm\/driver\/(?!postgres\/|types\/)[^/]+\/.*\.js$/;

function setup(it) {
  // A file of Till whose exports nobody uses is left out, so the api has nothing of the worker. None is imported for its effect alone.
  it.onResolve({ filter: /^\.{1,2}\// }, ({ path: name, resolveDir }) => {
    return resolveDir.includes('/node_modules/')
      ? undefined
      : { path: path.join(resolveDir, name), sideEffects: false };
  });
  // An import of it would read all its exports, one of which loads undici; a require does not.
  it.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) => {
    return kind === 'import-statement' ? { path: 'node:http', namespace: 'required' } : undefined;
  });
  it.onLoad({ filter: /^/, namespace: 'required' }, ({ path: name }) => ({
    contents: `module.exports = require('${name}');`,
  }));
  it.onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, readPackage);
}

/** Replaces a file by empty classes of the names that it exports: all that TypeORM asks of other drivers is whether something is one of theirs. */
function emptied(file) {
  const names = readFileSync(file, 'utf8').matchAll(/^exports\.(\w+) = \1;$/gm);
  return { contents: [...names].map(([, name]) => `exports.${name} = class ${name} {};`).join('\n') };
}

/** The folder of a package in the path of one of its files. */
const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Pino asks for the call sites of each logger, only for transports in threads; with source maps, Node would parse the largest map for it. */
const CALL_SITES = /(return getCallSites)\(\)/;

/**
 * @param {string} dist the folder with the compiled `src` and `migrations`
 * @throws Error where a package is missing, or loads others by a `require` of its own
 */
export async function bundle(dist) {
  const migrations = readdirSync(path.join(dist, 'migrations')).filter((name) => name.endsWith('.js'));
  const [api, worker, commands] = PROCESSES;
  const metafiles = [];
  for (const entries of [api, worker, [...commands, ...migrations.map((name) => `migrations/${name}`)]])
    metafiles.push(await bundleProcess(dist, entries));
  const content = contentOf(metafiles, dist);
  const folders = ['chunks', 'src', 'migrations'].map((name) => path.join(dist, name));
  leaveNamesToTheEngine(folders.filter((folder) => existsSync(folder)));
  for (const name of content.files.filter((it) => it.endsWith('.map'))) shortenMap(path.join(dist, name));
  writeFileSync(path.join(dist, CONTENT), JSON.stringify(content));
}

/** Returns esbuild's account of what it made of these entry points. */
async function bundleProcess(dist, entries) {
  const { metafile } = await build({
    entryPoints: entries.map((name) => path.join(dist, name)),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    outdir: dist,
    outbase: dist,
    allowOverwrite: true,
    metafile: true,
    chunkNames: 'chunks/[name]-[hash]',
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'inline',
    logLevel: 'warning',
    logOverride: { 'ignored-bare-import': 'error' },
    external: [...INSTALLED, ...ABSENT.flatMap((name) => [name, `${name}/*`])],
    // CommonJS in a module: esbuild calls `require` for Node's own modules and for what is external.
    banner: {
      js: `import { createRequire as till$require } from 'node:module'; const require = till$require(import.meta.url);`,
    },
    plugins: [{ name: 'till', setup }],
  });
  assertNamed(metafile);
  return metafile;
}

/** The file in `dist` with what `contentOf` returns. */
export const CONTENT = 'bundle.json';

/** Returns the files of the bundle, relative to `dist`, and the folders of the packages whose code is in them, relative to the folder of `dist`. */
function contentOf(metafiles, dist) {
  const outputs = Object.assign({}, ...metafiles.map((it) => it.outputs));
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([name]) => PACKAGE.exec(name)?.[0]);
  return {
    files: Object.keys(outputs).map(relativeTo(dist)),
    packages: [...new Set(used.filter(Boolean))].map(relativeTo(path.dirname(dist))).toSorted(),
  };
}

function relativeTo(folder) {
  return (name) => path.relative(folder, path.resolve(name));
}

/** @throws Error where something imports CommonJS by `import()`, and so would find none of its names */
function assertNamed({ inputs }) {
  for (const [file, { imports }] of Object.entries(inputs)) {
    const lost = imports.find(({ kind, path: to }) => kind === 'dynamic-import' && inputs[to]?.format === 'cjs');
    if (lost)
      throw new Error(
        `${file} imports ${lost.original ?? lost.path} by import(), which is CommonJS, and so would lose its names.`,
      );
  }
}

/**
 * Leaves the lines of Till's own sources in the maps: Node parses the whole map of a file as soon as an error comes from it, and with all
 * columns of all packages that takes 100 MiB.
 */
function shortenMap(file) {
  const map = JSON.parse(readFileSync(file, 'utf8'));
  const isOwn = ([, source]) => source !== undefined && !map.sources[source].includes('/node_modules/');
  const lines = decode(map.mappings).map((line) => line.filter(isOwn).slice(0, 1));
  writeFileSync(file, JSON.stringify({ ...map, names: [], mappings: encode(lines) }));
}

/** Refuses a package that loads others in a way that would give it a second instance of them. */
function readPackage({ path: file }) {
  if (OTHER_DRIVERS.test(file)) return emptied(file);
  const contents = readFileSync(file, 'utf8').replace(OWN_REQUIRE, '').replaceAll(IMPORTED_LATER, REQUIRED);
  const loadsOthers =
    contents.includes('createRequire(') && !MAY_REQUIRE.some((name) => file.endsWith(`/node_modules/${name}`));
  if (loadsOthers)
    return { errors: [{ text: `${file} makes a require of its own, so it could load packages a second time.` }] };
  return { contents: contents.replace(CALL_SITES, '$1({ sourceMap: false })'), loader: 'js' };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(path.resolve(process.argv[2] ?? 'dist'));
