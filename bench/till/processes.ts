import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inClone } from '../../tools/servers/paths.js';
import { waitUntilReady } from '../../tools/servers/readiness.js';
import { tailOf } from '../../tools/servers/executables.js';
import { runToEnd } from '../../tools/setup/run-to-end.mjs';
import { startGuarded, type GuardedProcess } from '../../tools/servers/guarded-process.js';
import { nodeBinary } from '../../tools/setup/node.mjs';
import { freePort } from '../../tools/servers/ports.js';

/** A server that answers on `url`. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

export interface TillOptions {
  readonly directory: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly nodeFlags?: readonly string[];
  /** Whether requests and customers have the limits of production; by default they have none. */
  readonly limited?: boolean;
  /** LOAD_SHEDDING_DELAY_MS, 250 by default; Till's own default is 0, which is off. */
  readonly sheddingDelayMs?: number;
  /** Whose build it is: this clone's by default. */
  readonly clone?: string;
  /** Settings beside the usual ones. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Tokens are good for every api of the run. */
const PUBLIC_URL = 'http://till.invalid';

/** Settings without limits, since one client plays many customers. */
export const UNLIMITED = {
  RATE_LIMIT_SCALE: '1000000',
  QUOTA_UNPAID_ORDERS: '1000000',
  QUOTA_UNPAID_PIECES: '1000000',
  QUOTA_DECLINES_PER_ORDER: '1000000',
  QUOTA_DECLINES_PER_HOUR: '1000000',
};

/** Brings the database to the newest schema of the build of `clone`. */
export async function migrate(databaseUrl: string, clone = inClone()): Promise<void> {
  const env = { ...basics(), DATABASE_URL: databaseUrl };
  await runToEnd(process.execPath, [built(clone, 'cli.js'), 'migrate'], { env, cwd: clone });
}

/** Adds the tax zones and rates of a file. */
export async function importTaxes(databaseUrl: string, redisUrl: string, file: string): Promise<void> {
  const env = { ...basics(), DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  await runToEnd(process.execPath, [built(inClone(), 'cli.js'), 'tax', 'import', file], { env });
}

function built(clone: string, entry: string): string {
  return path.join(clone, 'dist', 'src', entry);
}

/** Starts the built `main.js` (the api) or `worker.js`, with default settings but for the rate limits and load shedding. */
export async function startTill(
  entry: 'main.js' | 'worker.js',
  { directory, databaseUrl, redisUrl, nodeFlags = [], limited = false, sheddingDelayMs = 250, ...options }: TillOptions,
): Promise<Running> {
  const { clone = inClone(), variables = {} } = options;
  const port = String(await freePort());
  const mail = path.join(directory, 'mail');
  mkdirSync(mail, { recursive: true });
  const env = {
    ...basics(),
    PUBLIC_URL,
    PORT: port,
    WORKER_PORT: port,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    MAIL_DIRECTORY: mail,
    ...(limited ? { TRUST_PROXY: '127.0.0.1' } : UNLIMITED),
    ACCESS_TOKEN_TTL_SECONDS: '3600',
    LOAD_SHEDDING_DELAY_MS: String(sheddingDelayMs),
    ...variables,
  };
  return start(entry, [...nodeFlags, built(clone, entry)], env, { directory, clone });
}

/** Starts a script of the benchmark's own that listens on PORT. */
export async function startScript(file: string, variables: NodeJS.ProcessEnv, directory: string): Promise<Running> {
  const env = { ...basics(), PORT: String(await freePort()), ...variables };
  const args = ['--import', import.meta.resolve('tsx'), file];
  return start(path.basename(file), args, env, { directory, clone: inClone() });
}

async function start(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { directory, clone }: { directory: string; clone: string },
): Promise<Running> {
  const logFile = path.join(directory, `${name}.log`);
  const nodeArgs = [...imageFlags(clone), ...args];
  const command = {
    command: await nodeBinary(),
    args: nodeArgs,
    env: { ...imageArenas(clone), ...env },
    cwd: clone,
    logFile,
  };
  const child = await startGuarded({ ...command, stopSignal: 'SIGTERM', temporaryDirectory: directory });
  const url = `http://127.0.0.1:${env['PORT']}`;
  await Promise.race([waitUntilReady({ url, logFile, instanceId: env['INSTANCE_ID'] }), failed(name, child, logFile)]);
  return { url, pid: child.pid, logFile, stop: child.stop };
}

/** The flags for Node that the image of that clone has. */
function imageFlags(clone: string): string[] {
  const [, flags] = /NODE_OPTIONS="?([^"\n]*)/.exec(readFileSync(path.join(clone, 'Dockerfile'), 'utf8')) ?? [];
  if (!flags) throw new Error(`The Dockerfile of ${clone} sets no NODE_OPTIONS.`);
  return flags.split(' ');
}

/** How many arenas of the C library the image of that clone has; an earlier one says nothing. */
function imageArenas(clone: string): NodeJS.ProcessEnv {
  const [, arenas] = /MALLOC_ARENA_MAX=(\d+)/.exec(readFileSync(path.join(clone, 'Dockerfile'), 'utf8')) ?? [];
  return arenas ? { MALLOC_ARENA_MAX: arenas } : {};
}

async function failed(name: string, child: GuardedProcess, logFile: string): Promise<never> {
  const exit = await child.exited;
  throw new Error(`${name} ended (${exit}). Its log ends with\n${tailOf(logFile)}`);
}

/** What the caller has set for a Till of their own must not change what is measured. */
function basics(): NodeJS.ProcessEnv {
  const { PATH, DATABASE_POOL_SIZE } = process.env;
  return { NODE_ENV: 'development', HTTP_HOST: '127.0.0.1', PATH, ...(DATABASE_POOL_SIZE && { DATABASE_POOL_SIZE }) };
}
