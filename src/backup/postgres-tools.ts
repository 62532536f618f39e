import { type ChildProcess, execFile, spawn, type StdioOptions } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../platform/logging/index.js';
import { CommandRefused } from '../platform/process/index.js';

type Tool = 'pg_dump' | 'pg_restore' | 'psql';

/** Where distributions put the commands of one major version of PostgreSQL. */
const homes = (major: number) => [`/usr/lib/postgresql/${major}/bin`, `/usr/pgsql-${major}/bin`];
/** How much of what a command says is kept, in characters. */
const TAIL = 4000;

/**
 * Finds a command of PostgreSQL whose major version is the server's: in `folder`, else where distributions put it, else on PATH. An older
 * `pg_dump` refuses the server; what a newer `pg_restore` sends, an older server may not know.
 * @throws CommandRefused with what to install
 */
export async function findTool(tool: Tool, major: number, folder?: string): Promise<string> {
  const places = folder ? [folder] : [...homes(major), ...(process.env['PATH'] ?? '').split(path.delimiter)];
  const found: string[] = [];
  for (const file of places.map((place) => path.resolve(place, tool)).filter(isExecutable)) {
    const version = await versionOf(file);
    if (version === major) return file;
    found.push(`${file} is of version ${version}`);
  }
  const why = found.length > 0 ? found.join(', ') : `there is none ${folder ? `in ${folder}` : 'on PATH'}`;
  throw new CommandRefused(
    `This needs ${tool} of PostgreSQL ${major}, the server's version: ${why}. Install the package postgresql-client-${major} ` +
      '(Debian, Ubuntu) or what your system calls it, or name its folder in BACKUP_POSTGRES_BIN.',
  );
}

async function versionOf(file: string): Promise<number> {
  const { stdout } = await promisify(execFile)(file, ['--version'], { env: environment() });
  return Number(/(\d+)(?:[.\d]*|\w*)/.exec(stdout.replace(/^.*\(PostgreSQL\)/, ''))?.[1]);
}

/** A running command of PostgreSQL. */
export interface RunningTool {
  readonly child: ChildProcess;
  /** Resolves when it ended well. @throws Fault with its last words */
  readonly done: Promise<void>;
}

/** Starts a command. `connection` has the address and the password, which must not show in the list of processes. */
export function startTool(
  file: string,
  args: readonly string[],
  connection: Readonly<Record<string, string>>,
  stdio: StdioOptions,
  heard: (line: string) => void = () => undefined,
): RunningTool {
  const child = spawn(file, args, { env: environment(connection), stdio });
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL);
    for (const line of text.split('\n')) heard(line);
  });
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      reject(new Fault(`${path.basename(file)} failed (${signal ?? code}): ${lastWords(tail)}`));
    });
  });
  done.catch(() => undefined); // whoever waits for it hears of it
  return { child, done };
}

/** Its errors, without the progress that --verbose reports. Their details may be values of rows. */
function lastWords(said: string): string {
  const errors = said.split('\n').filter((line) => /error:|fatal:|ERROR:|FATAL:/.test(line));
  return errors.slice(-5).join('\n') || 'it gave no reason';
}

function environment(connection: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR, LD_LIBRARY_PATH } = process.env;
  return {
    PATH,
    HOME,
    LC_ALL: 'C',
    ...(TMPDIR && { TMPDIR }),
    ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }),
    ...connection,
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
