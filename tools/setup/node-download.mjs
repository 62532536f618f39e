import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from './cache-directory.mjs';
import { npmCommand } from './foreground.mjs';
import { waitForLock } from './lock.mjs';
import { runToEnd } from './run-to-end.mjs';

/** Names the packages of npm's registry that hold Node, with their hashes. */
const manifest = fileURLToPath(new URL('node', import.meta.url));
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * The path of the image's Node, fetched with npm unless it is there already.
 * @param {string} own the version of the Node that is there, for the line that says why another one is fetched
 * @returns {Promise<string>}
 * @throws Error when the registry has none for this machine, or can't be reached
 */
export async function fetchNode(own) {
  const version = await offered();
  const directory = path.join(await cacheDirectory(), `${PACKAGE}-${version}`);
  await mkdir(path.dirname(directory), { recursive: true });
  const lock = await waitForLock(`${directory}.lock`);
  try {
    return await binaryIn(directory).catch(() => fill(directory, version, own));
  } finally {
    lock.release();
  }
}

async function offered() {
  const { optionalDependencies } = JSON.parse(await readFile(path.join(manifest, 'package.json'), 'utf8'));
  const version = optionalDependencies[PACKAGE];
  if (!version) throw new Error(`npm's registry has none for ${process.platform} on ${process.arch}.`);
  return version;
}

async function fill(directory, version, own) {
  const work = `${directory}.new`;
  await rm(work, { recursive: true, force: true }); // an interrupted download's
  try {
    // On stderr: the output may be a result that a program reads.
    console.error(`  This is Node ${own}: fetching Node ${version} (once)`);
    await cp(manifest, work, { recursive: true });
    const [command, ...first] = npmCommand();
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'];
    await runToEnd(command, [...first, 'ci', ...quietly], { cwd: work });
    // To npm, a package that may be missing is no failure.
    await binaryIn(work).catch((error) => {
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
async function binaryIn(directory) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const file = path.join(directory, 'node_modules', PACKAGE, 'bin', name);
  await runToEnd(file, ['--version']);
  return file;
}
