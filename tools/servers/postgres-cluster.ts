import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountFor, asAccount, type Account } from './account.js';
import { findOnPath } from './executables.js';
import { findBinaries } from './postgres-binaries.js';
import { runToEnd } from '../setup/run-to-end.mjs';

/** A data directory with the binaries that serve it and the account they run as. */
export interface Cluster {
  readonly directory: string;
  readonly password: string;
  readonly binaries: string;
  readonly account: Account | undefined;
}

export const SUPERUSER = 'till';
const PASSWORD_FILE = 'till.password';
const SETTINGS_FILE = 'till.conf';

/**
 * Opens the cluster in the directory, or makes one there: complete or not at all, also when interrupted. `from`: the folder of other
 * binaries than npm's. `password`: of one that is made; a random one when absent.
 */
export async function openCluster(
  directory: string,
  from?: string,
  password = randomBytes(24).toString('hex'),
): Promise<Cluster> {
  const account = accountFor(directory);
  if (account !== undefined && findOnPath('setpriv') === undefined) {
    throw new Error(
      'PostgreSQL does not run as root. Start as an ordinary user, set DATABASE_URL, or install setpriv.',
    );
  }
  const binaries = from ?? (await findBinaries(account));
  if (!existsSync(path.join(directory, 'PG_VERSION')))
    await initialise(directory, password, { binaries, account, locale: from ? ANY_LOCALE : BUILT_IN_LOCALE });
  if (account !== undefined) await giveTo(account, directory);
  return { directory, binaries, account, password: await readPassword(directory) };
}

/** Writes what the server reads at its start. In the data directory, so that plain `pg_ctl` starts the same server. */
export async function writeSettings(
  cluster: Cluster,
  settings: Readonly<Record<string, string | number>>,
): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`);
  await writeOwned(path.join(cluster.directory, SETTINGS_FILE), lines.join(''), cluster.account);
}

/**
 * A server that was killed leaves its pid file behind. PostgreSQL removes it, unless another process of the same account
 * has the number by now; and a server that is just shutting down gets the time to do so.
 */
export async function clearPidFile(directory: string): Promise<void> {
  const file = path.join(directory, 'postmaster.pid');
  for (let round = 0; round < 150; round += 1) {
    const pid = existsSync(file) ? Number.parseInt(await readFile(file, 'utf8'), 10) : Number.NaN;
    if (Number.isNaN(pid)) return;
    if (!commandOf(pid).includes('postgres')) return await rm(file, { force: true });
    await sleep(100);
    if (round === 149) throw new Error(`PostgreSQL already runs in ${directory}, as process ${pid}. Stop that first.`);
  }
}

/** The built-in locale, of version 17 and later, sorts alike on every machine, whatever locales it has. */
const BUILT_IN_LOCALE = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
const ANY_LOCALE = ['--locale=C'];

interface Origin {
  readonly binaries: string;
  readonly account: Account | undefined;
  readonly locale: readonly string[];
}

async function initialise(directory: string, password: string, { binaries, account, locale }: Origin): Promise<void> {
  const unfinished = `${directory}.new`;
  const passwordFile = `${unfinished}.password`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await writeOwned(passwordFile, password, account);
  if (account !== undefined) await giveTo(account, unfinished);
  const access = [`--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const args = ['-D', unfinished, ...locale, '--encoding=UTF8', ...access, '--no-instructions'];
  await runToEnd(...asAccount(account, path.join(binaries, 'initdb'), args), { env: { ...process.env, LC_ALL: 'C' } });
  await appendFile(path.join(unfinished, 'postgresql.conf'), `\ninclude_if_exists = '${SETTINGS_FILE}'\n`);
  await rename(passwordFile, path.join(unfinished, PASSWORD_FILE));
  await rename(unfinished, directory);
}

async function readPassword(directory: string): Promise<string> {
  try {
    return await readFile(path.join(directory, PASSWORD_FILE), 'utf8');
  } catch (error) {
    throw new Error(`Can't read the database in ${directory}: it was made by another user. Start as that user.`, {
      cause: error,
    });
  }
}

/** Whole or not at all, also on a disk that is full. */
async function writeOwned(file: string, text: string, account: Account | undefined): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  if (account !== undefined) await chown(`${file}.new`, account.uid, account.gid);
  await rename(`${file}.new`, file);
}

/** A data directory may have been made by another account, or copied by root. */
async function giveTo(account: Account, directory: string): Promise<void> {
  if ((await stat(directory)).uid === account.uid) return;
  await runToEnd('chown', ['-R', `${account.uid}:${account.gid}`, directory]);
}

function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
