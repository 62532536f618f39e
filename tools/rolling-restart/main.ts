import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { findOnPath } from '../servers/executables.js';
import { runToEnd } from '../setup/run-to-end.mjs';
import { startGuarded, stopAll, type GuardedProcess } from '../servers/guarded-process.js';
import { freePort } from '../servers/ports.js';
import { startPostgres, THROWAWAY_SETTINGS } from '../servers/postgres.js';
import { startRedis } from '../servers/redis.js';
import { inClone } from '../servers/paths.js';
import { waitUntilReady } from '../servers/readiness.js';
import { buildWhenStale } from '../setup/setup.mjs';
import { Load } from './load.js';

const CHECK_MS = 500;
/** How long HAProxy may take to send requests to a server that is ready again, in milliseconds. */
const UP_WITHIN_MS = 30_000;

interface Flags {
  readonly restarts: string;
  readonly rate: string;
}

async function run({ restarts, rate }: Flags): Promise<void> {
  const haproxy = findOnPath('haproxy');
  if (!haproxy) throw new Error('There is no haproxy on PATH. Install it, for example: apt-get install haproxy');
  await buildWhenStale();
  const directory = mkdtempSync(path.join(tmpdir(), 'till-rolling-'));
  try {
    await measure(haproxy, directory, Number(restarts), Number(rate));
  } finally {
    await stopAll();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(haproxy: string, directory: string, restarts: number, rate: number): Promise<void> {
  const common = { temporaryDirectory: directory };
  const postgres = await startPostgres({
    directory: path.join(directory, 'postgres'),
    settings: THROWAWAY_SETTINGS,
    ...common,
  });
  const redis = await startRedis({ directory: path.join(directory, 'redis'), ...common });
  const mail = path.join(directory, 'mail');
  mkdirSync(mail);
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'test',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    HTTP_HOST: '127.0.0.1',
    MAIL_DIRECTORY: mail,
    PUBLIC_URL: 'http://till.invalid',
    SHUTDOWN_DELAY_SECONDS: '5',
    RATE_LIMIT_SCALE: '1000000',
  };
  await runToEnd(process.execPath, [inClone('dist', 'src', 'cli.js'), 'migrate'], { env });
  const ports = [await freePort(), await freePort()];
  const apis = await Promise.all(ports.map((port) => startApi(port, env, directory)));
  const [front, stats] = [await freePort(), await freePort()];
  const settings = path.join(directory, 'haproxy.cfg');
  writeFileSync(settings, haproxySettings(front, stats, ports));
  await startGuarded({
    command: haproxy,
    args: ['-f', settings],
    logFile: path.join(directory, 'haproxy.log'),
    stopSignal: 'SIGTERM',
  });
  await waitUntilReady({
    url: `http://127.0.0.1:${front}`,
    instanceId: undefined,
    logFile: path.join(directory, 'haproxy.log'),
  });
  await untilAllUp(stats);
  const load = new Load(`http://127.0.0.1:${front}`, rate);
  load.start();
  for (let n = 0; n < restarts; n++) {
    const which = n % 2;
    await apis[which]!.stop();
    if (apis[which]!.exit() !== 'exit code 0')
      throw new Error(`An api ended with ${String(apis[which]!.exit())}, not 0.`);
    apis[which] = await startApi(ports[which]!, env, directory);
    await untilAllUp(stats);
    console.log(`restart ${n + 1} of ${restarts}: ${load.summary()}`);
  }
  await load.stop();
  console.log(`\n${restarts} restarts of two apis: ${load.summary()}`);
  if (load.failures.length > 0) throw new Error(`Failed:\n${load.failures.slice(0, 10).join('\n')}`);
}

async function startApi(port: number, env: NodeJS.ProcessEnv, directory: string): Promise<GuardedProcess> {
  const logFile = path.join(directory, `api-${port}.log`);
  const args = [inClone('dist', 'src', 'main.js')];
  const api = await startGuarded({
    command: process.execPath,
    args,
    env: { ...env, PORT: String(port) },
    logFile,
    stopSignal: 'SIGTERM',
  });
  await waitUntilReady({ url: `http://127.0.0.1:${port}`, instanceId: undefined, logFile });
  return api;
}

/** As a rolling update does, goes on when the one before serves again: when HAProxy's checks say so. */
async function untilAllUp(stats: number): Promise<void> {
  const deadline = Date.now() + UP_WITHIN_MS;
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${stats}/;csv`)).text();
    const states = text.split('\n').filter((line) => /^apis,api\d/.test(line));
    if (states.every((line) => line.split(',')[STATUS] === 'UP')) return;
    if (Date.now() > deadline) throw new Error(`HAProxy does not take an api for ready:\n${states.join('\n')}`);
    await delay(100);
  }
}

/** The column `status` of HAProxy's statistics (management guide, section 9.1). */
const STATUS = 17;

/** HAProxy's own defaults for retries, with checks every half second. */
function haproxySettings(front: number, stats: number, ports: readonly number[]): string {
  const servers = ports.map((port, n) => `  server api${n} 127.0.0.1:${port} check inter ${CHECK_MS}ms`);
  return `defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend till
  bind 127.0.0.1:${front}
  default_backend apis
frontend stats
  bind 127.0.0.1:${stats}
  stats enable
  stats uri /
backend apis
  option httpchk GET /health/ready
${servers.join('\n')}
`;
}

await new Command('npm run rolling-restart --')
  .description(
    'Restarts two built apis behind HAProxy (default retry settings, checks every 500 ms) one after the other under steady load, half ' +
      'of it on kept connections, and exits 1 when a request fails. Needs haproxy on PATH (apt-get install haproxy); brings up ' +
      'PostgreSQL and Redis by itself.',
  )
  .option('--restarts <n>', 'how many restarts', '10')
  .option('--rate <n>', 'requests per second', '200')
  .action(async (flags: Flags) => {
    try {
      await run(flags);
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    }
    process.exit();
  })
  .parseAsync();
