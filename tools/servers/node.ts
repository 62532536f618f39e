import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForLock } from '../setup/lock.mjs';
import { cacheDirectory } from './cache-directory.js';
import { runToEnd } from './executables.js';

/** The image's major version. Older ones are out of support, and slower by a fifth or more (docs/performance.md). */
const WANTED = 24;
/** Names the packages of npm's registry that hold it, with their hashes. */
const manifest = fileURLToPath(new URL('node', import.meta.url));
const PACKAGE = `node-${process.platform}-${process.arch}`;

/**
 * The Node that api and worker run on: TILL_NODE if set; this one unless it is older than the image's; else the image's,
 * fetched once with npm and kept for all clones. Where it can't be had it says so, and this one does.
 */
export async function nodeBinary(): Promise<string> {
  const chosen = process.env['TILL_NODE'];
  if (chosen) {
    await runToEnd(chosen, ['--version']).catch((error: Error) => {
      throw new Error(`TILL_NODE must be the path of a Node that runs here. ${error.message}`, { cause: error });
    });
    return chosen;
  }
  if (Number.parseInt(process.versions.node, 10) >= WANTED) return process.execPath;
  try {
    return await fetched();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(
      `  Node ${WANTED} can't be had here, so api and worker run on ${process.versions.node}. ${reason}\n  (TILL_NODE=$(which node) asks for that, and for no other.)`,
    );
    return process.execPath;
  }
}

async function fetched(): Promise<string> {
  const version = await offered();
  const directory = path.join(await cacheDirectory(), `${PACKAGE}-${version}`);
  await mkdir(path.dirname(directory), { recursive: true });
  const lock = await waitForLock(`${directory}.lock`);
  try {
    return await binaryIn(directory).catch(() => fill(directory, version));
  } finally {
    lock.release();
  }
}

async function offered(): Promise<string> {
  const { optionalDependencies } = JSON.parse(await readFile(path.join(manifest, 'package.json'), 'utf8')) as {
    optionalDependencies: Partial<Record<string, string>>;
  };
  const version = optionalDependencies[PACKAGE];
  if (!version) throw new Error(`npm's registry has none for ${process.platform} on ${process.arch}.`);
  return version;
}

async function fill(directory: string, version: string): Promise<string> {
  const work = `${directory}.new`;
  await rm(work, { recursive: true, force: true }); // an interrupted download's
  try {
    console.log(`  This is Node ${process.versions.node}: fetching Node ${version} for api and worker (once)`);
    await cp(manifest, work, { recursive: true });
    await runToEnd('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'], { cwd: work });
    // To npm, a package that may be missing is no failure.
    await binaryIn(work).catch((error: unknown) => {
      throw new Error(`npm could not fetch a ${PACKAGE}@${version} that runs here.`, { cause: error });
    });
    await rm(directory, { recursive: true, force: true });
    await rename(work, directory);
    return await binaryIn(directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Throws when it is not there, or does not run here. */
async function binaryIn(directory: string): Promise<string> {
  const file = path.join(directory, 'node_modules', PACKAGE, 'bin', 'node');
  await runToEnd(file, ['--version']);
  return file;
}
