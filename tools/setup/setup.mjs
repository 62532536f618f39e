/** What commands need first: a folder that can be used, the dependencies, the build. Needs no dependency. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { alone, npm, readJson, root } from './foreground.mjs';

/**
 * What runs the sources takes from the clone's path for something else: tsx a query, Vitest patterns and queries. All else
 * works there.
 */
const RUNNERS = {
  start: { name: 'tsx', misread: /[?]/, otherwise: '' },
  test: { name: 'Vitest', misread: /[*?#[\]{}]/, otherwise: ' (for npm start only ? must go)' },
};

/**
 * Ends the process with a clear line when the command can't run in the folder of the clone.
 * @param {'start' | 'test'} command
 */
export function assertUsablePath(command) {
  const problem = problemOfPath(root, command);
  if (problem === undefined) return;
  console.error(problem);
  process.exit(1);
}

/**
 * What of a path keeps the command from running in it, and what to do; undefined when nothing does.
 * @param {string} directory
 * @param {'start' | 'test'} command
 */
export function problemOfPath(directory, command) {
  const { name, misread, otherwise } = RUNNERS[command];
  const found = misread.exec(directory)?.[0];
  if (found === undefined) return undefined;
  return `${name} can't run in a folder with "${found}" in its path: ${directory}. Move or rename it${otherwise}.`;
}

/** Runs `npm ci` when node_modules is missing, unfinished, or holds other versions than package-lock.json. */
export async function installDependencies() {
  if (areDependenciesInstalled(root)) return;
  await alone(async () => {
    if (areDependenciesInstalled(root)) return;
    console.log('Installing the dependencies (npm ci), which takes a few minutes');
    await npm('ci', '--include=dev', '--no-audit', '--no-fund');
  });
}

/**
 * Compares with npm's hidden lock file, which npm writes last: an interrupted install does not count. Optional packages
 * are those of other platforms.
 */
export function areDependenciesInstalled(directory) {
  const installed = readJson(path.join(directory, 'node_modules', '.package-lock.json'))?.packages;
  if (installed === undefined) return false;
  return Object.entries(readJson(path.join(directory, 'package-lock.json')).packages)
    .filter(([name, wanted]) => name !== '' && !wanted.optional)
    .every(([name, wanted]) => installed[name]?.version === wanted.version);
}

/** Compiles src/ and migrations/ to dist/, unless dist/ was made from the very same sources. */
export async function buildWhenStale() {
  if (isBuilt()) return;
  await alone(async () => {
    if (isBuilt()) return;
    const sources = sourcesDigest();
    console.log('Building (npm run build), which takes a minute or two');
    await npm('run', '--silent', 'build');
    fs.writeFileSync(builtFrom, sources);
  });
}

const builtFrom = path.join(root, 'dist', '.built-from');

function isBuilt() {
  return fs.existsSync(builtFrom) && fs.readFileSync(builtFrom, 'utf8') === sourcesDigest();
}

/** What decides how sources become a build. */
const BUILDERS = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tools/build/bundle.mjs',
  'tools/build/made.mjs',
  'tools/build/names.mjs',
];

/** Contents rather than times: a checkout, a copy and a deleted file are all seen for what they are. */
function sourcesDigest() {
  const hash = crypto.createHash('sha256');
  for (const file of [...BUILDERS, ...sourceFiles()]) {
    hash
      .update(file)
      .update('\0')
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function sourceFiles() {
  return ['src', 'migrations']
    .flatMap((folder) =>
      fs.readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(folder, name)),
    )
    .filter((name) => /\.(ts|json)$/.test(name) && !name.endsWith('.spec.ts'))
    .sort();
}
