import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, Option } from 'commander';
import { Client } from 'pg';
import { runToEnd } from '../setup/run-to-end.mjs';
import { startGuarded, stopAll, type GuardedProcess } from '../servers/guarded-process.js';
import { freePort } from '../servers/ports.js';
import { startPostgres, THROWAWAY_SETTINGS } from '../servers/postgres.js';
import { startRedis } from '../servers/redis.js';
import { inClone } from '../servers/paths.js';
import { waitUntilReady } from '../servers/readiness.js';
import { buildWhenStale } from '../setup/setup.mjs';
import { Load } from './load.js';
import { type ProxyName, proxyNames, type Retries, startProxy } from './proxies.js';
import { openShop } from './shop.js';

interface Flags {
  readonly restarts: string;
  readonly rate: string;
  readonly proxy: ProxyName;
  readonly retries: Retries;
}

async function run(flags: Flags): Promise<void> {
  await buildWhenStale();
  const directory = mkdtempSync(path.join(tmpdir(), 'till-rolling-'));
  try {
    await measure(directory, flags);
  } finally {
    await stopAll();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(directory: string, { proxy: name, retries, restarts, rate }: Flags): Promise<void> {
  const env = await startServers(directory);
  const ports = [await freePort(), await freePort()];
  const apis = await Promise.all(ports.map((port) => startApi(port, env, directory)));
  const shop = await openShop(`http://127.0.0.1:${ports[0]}`, env);
  const proxy = await startProxy(name, { directory, ports, retries });
  const load = new Load(proxy.url, Number(rate), shop);
  load.start();
  for (let n = 0; n < Number(restarts); n++) {
    const which = n % 2;
    await proxy.leave(which);
    await apis[which]!.stop();
    if (apis[which]!.exit() !== 'exit code 0')
      throw new Error(`An api ended with ${String(apis[which]!.exit())}, not 0.`);
    apis[which] = await startApi(ports[which]!, env, directory);
    await proxy.join(which);
    console.log(`restart ${n + 1} of ${restarts}: ${load.summary()}`);
  }
  await load.stop();
  console.log(`\n${restarts} restarts of two apis behind ${name} (retries: ${retries}): ${load.summary()}`);
  if (load.failures.length > 0) throw new Error(`Failed:\n${load.failures.slice(0, 10).join('\n')}`);
  const orders = await countOrders(env.DATABASE_URL);
  if (orders !== load.placed) throw new Error(`${load.placed} orders were placed, and ${orders} are there.`);
}

async function startServers(directory: string) {
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
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'test',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    HTTP_HOST: '127.0.0.1',
    MAIL_DIRECTORY: mail,
    PUBLIC_URL: 'http://till.invalid',
    SHUTDOWN_DELAY_SECONDS: '5',
    RATE_LIMIT_SCALE: '1000000',
    QUOTA_UNPAID_ORDERS: '1000000',
    QUOTA_UNPAID_PIECES: '1000000',
  };
  for (const command of ['migrate', 'seed'])
    await runToEnd(process.execPath, [inClone('dist', 'src', 'cli.js'), command], { env });
  return env;
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

async function countOrders(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query<{ n: number }>('SELECT count(*)::int AS n FROM orders')
    .finally(() => client.end());
  return rows[0]!.n;
}

await new Command('npm run rolling-restart --')
  .description(
    'Restarts two built apis behind HAProxy or nginx one after the other under steady load, half of it on kept connections and a ninth of it ' +
      'orders. Exits 1 when a request fails or an order is there twice. Needs the proxy on PATH (apt-get install haproxy nginx); brings up ' +
      'PostgreSQL and Redis by itself.',
  )
  .addOption(new Option('--proxy <name>').choices(proxyNames).default('haproxy'))
  .addOption(
    new Option('--retries <which>', "the proxy's own, or none").choices(['default', 'none']).default('default'),
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
