import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { waitForLock } from '../setup/lock.mjs';
import { cacheDirectory } from '../setup/cache-directory.mjs';
import { findOnPath } from './executables.js';
import { runToEnd } from '../setup/run-to-end.mjs';

/** A command with what its environment must have in addition. */
export interface RedisCommand {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

const INSTALLERS = {
  brew: 'brew install redis',
  apk: 'apk add redis',
  dnf: 'dnf install redis',
  pacman: 'pacman -S redis',
  zypper: 'zypper install redis',
} as const;

/**
 * Redis from the distribution's own packages, unpacked into the user's cache directory: nothing is installed on the system,
 * and no root is needed. Where there is no apt, throws one line that says what to install.
 */
export async function downloadRedis(): Promise<RedisCommand> {
  const directory = path.join(await cacheDirectory(), `redis-${process.arch}`);
  const lock = await waitForLock(`${directory}.lock`);
  try {
    return await commandIn(directory).catch(() => fill(directory));
  } finally {
    lock.release();
  }
}

async function fill(directory: string): Promise<RedisCommand> {
  if (findOnPath('apt-get') === undefined || findOnPath('dpkg-deb') === undefined) throw new Error(whatToInstall());
  const work = `${directory}.new`;
  await rm(work, { recursive: true, force: true }); // an interrupted download's
  try {
    console.log('  Redis is not on PATH: downloading it with apt-get (once)');
    await downloadWithApt(work);
    await rm(directory, { recursive: true, force: true });
    await rename(path.join(work, 'root'), directory);
    return await commandIn(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Can't download Redis. Run "apt-get install redis-server" or set REDIS_URL.\n${reason}`, {
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function whatToInstall(): string {
  const [, install] = Object.entries(INSTALLERS).find(([name]) => findOnPath(name) !== undefined) ?? [];
  return `Till needs Redis 7: ${install ? `run "${install}"` : 'install redis-server'} and try again, or set REDIS_URL.`;
}

/** apt with lists, cache and state of its own; what is installed is only read, to learn which libraries are missing. */
async function downloadWithApt(work: string): Promise<void> {
  const [state, cache, root] = ['state', 'cache', 'root'].map((name) => path.join(work, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all(
    [`${state}/lists/partial`, `${cache}/archives/partial`, root].map((it) => mkdir(it, { recursive: true })),
  );
  const settings = [
    `Dir::State=${state}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${cache}`,
    'APT::Sandbox::User=', // no other account could write here
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ].flatMap((setting) => ['-o', setting]);
  const apt = (...args: string[]) => runToEnd('apt-get', [...settings, '-q', ...args], { cwd: cache });
  // One source of several that can't be reached is no obstacle, unless Redis was to come from it.
  const trouble = await apt('update').then(
    () => undefined,
    (error: Error) => error,
  );
  const plan = await apt('install', '--simulate', '--no-install-recommends', 'redis-server').catch((error: Error) => {
    throw trouble ?? error;
  });
  const packages = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name as string);
  await apt('download', ...packages);
  for (const file of await readdir(cache)) {
    if (file.endsWith('.deb')) await runToEnd('dpkg-deb', ['--extract', path.join(cache, file), root]);
  }
}

/** Throws when what was unpacked does not run. */
async function commandIn(root: string): Promise<RedisCommand> {
  const command = path.join(root, 'usr', 'bin', 'redis-server');
  const env = { LD_LIBRARY_PATH: (await libraryDirectories(root)).join(':') };
  await runToEnd(command, ['--version'], { env: { ...process.env, ...env } });
  return { command, env };
}

async function libraryDirectories(root: string): Promise<string[]> {
  const parents = ['usr/lib', 'lib'].map((name) => path.join(root, name)).filter((name) => existsSync(name));
  const entries = await Promise.all(parents.map((parent) => readdir(parent, { withFileTypes: true })));
  const children = entries.flat().filter((it) => it.isDirectory() && it.name.includes('linux'));
  return [...parents, ...children.map((it) => path.join(it.parentPath, it.name))];
}
