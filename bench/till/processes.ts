import { mkdirSync } from 'node:fs';
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
  /** LOAD_SHEDDING_DELAY_MS, 250 by default as in production. */
  readonly sheddingDelayMs?: number;
}

/** Tokens are good for every api of the run. */
const PUBLIC_URL = 'http://till.invalid';

/** One client plays many customers. */
const UNLIMITED = {
  RATE_LIMIT_SCALE: '1000000',
  QUOTA_UNPAID_ORDERS: '1000000',
  QUOTA_UNPAID_PIECES: '1000000',
  QUOTA_DECLINES_PER_ORDER: '1000000',
  QUOTA_DECLINES_PER_HOUR: '1000000',
};

/** Brings the database to the build's newest schema. */
export async function migrate(databaseUrl: string): Promise<void> {
  const env = { ...basics(), DATABASE_URL: databaseUrl };
  await runToEnd(process.execPath, [inClone('dist', 'src', 'cli.js'), 'migrate'], { env, cwd: inClone() });
}

/** Starts the built `main.js` (the api) or `worker.js`, with default settings but for the rate limits. */
export async function startTill(
  entry: 'main.js' | 'worker.js',
  { directory, databaseUrl, redisUrl, nodeFlags = [], limited = false, sheddingDelayMs = 250 }: TillOptions,
): Promise<Running> {
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
  };
  return start(entry, [...nodeFlags, inClone('dist', 'src', entry)], env, directory);
}

/** Starts a script of the benchmark's own that listens on PORT. */
export async function startScript(file: string, variables: NodeJS.ProcessEnv, directory: string): Promise<Running> {
  const env = { ...basics(), PORT: String(await freePort()), ...variables };
  return start(path.basename(file), ['--import', import.meta.resolve('tsx'), file], env, directory);
}

async function start(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  directory: string,
): Promise<Running> {
  const logFile = path.join(directory, `${name}.log`);
  const nodeArgs = ['--enable-source-maps', ...args];
  const command = { command: await nodeBinary(), args: nodeArgs, env, cwd: inClone(), logFile };
  const child = await startGuarded({ ...command, stopSignal: 'SIGTERM', temporaryDirectory: directory });
  const url = `http://127.0.0.1:${env['PORT']}`;
  await Promise.race([waitUntilReady({ url, logFile, instanceId: env['INSTANCE_ID'] }), failed(name, child, logFile)]);
  return { url, pid: child.pid, logFile, stop: child.stop };
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
