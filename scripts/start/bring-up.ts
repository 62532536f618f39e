import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { runToEnd } from '../servers/executables.js';
import type { Command } from '../servers/guarded-process.js';
import { nodeBinary } from '../servers/node.js';
import { writeDemoFile, type Demo, type Login, type Pids } from './demo-file.js';
import { chooseAddresses, environment } from './environment.js';
import { greeting } from './greeting.js';
import { inClone, inHome, logFile } from './paths.js';
import { provideServer } from './provide-server.js';
import { waitUntilReady } from './readiness.js';
import { postgres, redis } from './server-wishes.js';
import { step, type StopStep } from './step.js';
import { Supervised } from './supervised.js';

/**
 * Starts everything, notes in `stops` how to stop it, and prints where it is. Never resolves: rejects when something can't
 * be started, or died too often.
 */
export async function bringUp(stops: StopStep[]): Promise<never> {
  for (const name of ['logs', 'mail']) mkdirSync(inHome(name), { recursive: true });
  for (const name of ['postgres', 'redis', 'api', 'worker']) keepPreviousLog(logFile(name));
  const pids: Pids = { api: null, worker: null, postgres: null, redis: null };
  const addresses = await chooseAddresses();
  const node = await nodeBinary();
  const databaseUrl = await provideServer(postgres, pids, stops);
  const redisUrl = await provideServer(redis, pids, stops);
  const env = environment(addresses, databaseUrl, redisUrl);
  await step('Migrating the database', () => tillCommand('migrate', env));
  const seeded = await step('Seeding the demo catalogue and logins', () => tillCommand('seed', env));
  const { logins } = JSON.parse(seeded) as { logins: Login[] };
  const { baseUrl, workerUrl } = addresses;
  const demo: Demo = { baseUrl, workerUrl, databaseUrl, redisUrl, pids, logins };
  const failed = await step('Starting api and worker', () => startProcesses(node, demo, env, stops));
  console.log(greeting(demo, inHome('mail')));
  return await failed();
}

/** Returns, when both are ready, how to wait for the day that one of them can't be kept running. */
async function startProcesses(
  node: string,
  demo: Demo,
  env: NodeJS.ProcessEnv,
  stops: StopStep[],
): Promise<() => Promise<never>> {
  const commandOf = (name: string, entry: string) => ({
    command: node,
    args: ['--enable-source-maps', inClone('dist', 'src', entry)],
    env,
    cwd: inClone(),
    logFile: logFile(name),
  });
  const processes = [
    supervise('api', commandOf('api', 'main.js'), demo),
    supervise('worker', commandOf('worker', 'worker.js'), demo),
  ];
  const failed = Promise.race(processes.map((it) => it.failed));
  stops.push({ name: 'api and worker', stop: async () => void (await Promise.all(processes.map((it) => it.stop()))) });
  for (const process of processes) await process.start();
  const instanceId = env['INSTANCE_ID'];
  const ready = [
    waitUntilReady({ url: demo.baseUrl, instanceId, logFile: logFile('api') }),
    waitUntilReady({ url: demo.workerUrl, instanceId, logFile: logFile('worker') }),
  ];
  await Promise.race([Promise.all(ready), failed]);
  return () => failed;
}

function supervise(name: 'api' | 'worker', command: Omit<Command, 'stopSignal'>, demo: Demo): Supervised {
  const onStart = (pid: number) => {
    demo.pids[name] = pid;
    writeDemoFile(inHome('demo.json'), demo);
  };
  return new Supervised({ name, command: { ...command, stopSignal: 'SIGTERM' }, onStart });
}

/** A one-shot command of the build; returns what it prints. */
function tillCommand(name: 'migrate' | 'seed', env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['--enable-source-maps', inClone('dist', 'src', 'cli.js'), name];
  return runToEnd(process.execPath, args, { env, cwd: inClone() });
}

/** Logs start afresh with every run; those of the run before stay beside them. */
function keepPreviousLog(file: string): void {
  if (existsSync(file)) renameSync(file, file.replace(/\.log$/, '.previous.log'));
}
