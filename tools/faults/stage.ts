import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPrometheus } from '../../test/support/prometheus.js';
import { type OwnServer, ownPostgres, ownRedis } from '../../test/support/servers.js';
import { type Settings, type Shop, shopAt, withoutQuotas } from '../../test/support/shop.js';
import { type GuardedProcess, startGuarded } from '../servers/guarded-process.js';
import { inClone } from '../servers/paths.js';
import { freePort } from '../servers/ports.js';
import { waitUntilReady } from '../servers/readiness.js';
import { runToEnd } from '../setup/run-to-end.mjs';

/** The servers of a stage, before Till starts. */
export interface Servers {
  readonly directory: string;
  readonly postgres: OwnServer;
  readonly redis: OwnServer;
  /** Undoes something when the stage ends. */
  atEnd(undo: () => Promise<unknown>): void;
}

/** A Till with everything around it, which a Prometheus with the alert rules watches. */
export interface Stage extends Servers {
  readonly shop: Shop;
  readonly worker: GuardedProcess;
  /** Names of the alerts that fire; `undefined` when Prometheus did not answer. */
  firing(): Promise<string[] | undefined>;
}

/** What a fault needs to be different from the beginning. */
export type Prepare = (servers: Servers) => Promise<Readonly<Record<string, string>>>;

/** The rules as they are, but for the times: faults need not last, windows are half a minute, and a job is late after half a minute. */
export function impatientRules(): string {
  const [rules, ofBackups] = ['till.rules.yml', 'till.backup.rules.yml'].map((file) =>
    readFileSync(inClone('monitoring', 'prometheus', file), 'utf8'),
  );
  return `${rules!}${ofBackups!.slice(ofBackups!.indexOf('  - name:'))}`
    .replaceAll(/ for: \d+[mh]$/gm, ' for: 0s')
    .replaceAll(/\[\d+[mhd]\]/g, '[30s]')
    .replace('schedule!~"reconcile.*"}) > 900', 'schedule!~"reconcile.*"}) > 90');
}

/** Starts PostgreSQL, Redis, api, worker and Prometheus, runs `work` among them, and ends them all. */
export async function onStage<T>(prepare: Prepare | undefined, work: (stage: Stage) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'till-faults-'));
  const undo: (() => Promise<unknown>)[] = [async () => rmSync(directory, { recursive: true, force: true })];
  const atEnd = (step: () => Promise<unknown>) => void undo.push(step);
  try {
    const [postgres, redis] = await Promise.all([ownPostgres(), ownRedis()]);
    atEnd(() => Promise.all([postgres.remove(), redis.remove()]));
    const servers = { directory, postgres, redis, atEnd };
    const settings = { ...basics(servers), ...(await prepare?.(servers)) };
    return await work(await start(servers, settings));
  } finally {
    for (const step of undo.toReversed()) await step().catch(() => undefined);
  }
}

function basics({ directory, postgres, redis }: Servers): Settings {
  const mails = path.join(directory, 'mail');
  mkdirSync(mails);
  const addresses = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, PUBLIC_URL: 'http://till.test' };
  return { ...addresses, ...withoutQuotas, NODE_ENV: 'test', RATE_LIMIT_SCALE: '1000000', MAIL_DIRECTORY: mails };
}

async function start(servers: Servers, settings: Settings): Promise<Stage> {
  const { directory, postgres, atEnd } = servers;
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  await runToEnd(process.execPath, [inClone('dist', 'src', 'cli.js'), 'migrate'], { env });
  const boot = async (entry: 'main.js' | 'worker.js') => {
    const port = String(await freePort());
    const logFile = path.join(directory, `${entry}.log`);
    const args = [inClone('dist', 'src', entry)];
    const ports = { HTTP_HOST: '127.0.0.1', PORT: port, WORKER_PORT: port };
    const options = { command: process.execPath, args, env: { ...env, ...ports }, logFile };
    const running = await startGuarded({ ...options, stopSignal: 'SIGTERM' });
    atEnd(() => running.stop());
    await waitUntilReady({ url: `http://127.0.0.1:${port}`, instanceId: undefined, logFile });
    return { url: `http://127.0.0.1:${port}`, running };
  };
  const [api, worker] = await Promise.all([boot('main.js'), boot('worker.js')]);
  const shop = shopAt(api.url, { ...settings, DATABASE_URL: postgres.url });
  atEnd(() => shop.leave());
  const watch = await startPrometheus([api.url, worker.url], impatientRules());
  atEnd(() => watch.stop());
  while ((await watch.up()) < 2) await new Promise((resolve) => setTimeout(resolve, 250));
  return { ...servers, shop, worker: worker.running, firing: () => watch.firing() };
}
